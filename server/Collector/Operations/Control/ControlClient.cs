// SPDX-License-Identifier: MIT
// What commands on the same machine ask a running collector: HTTP over the socket in its data folder (spec/control.md).

using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Operations;

/// <summary>
/// Asks the collector that has a data folder. Synchronous, since commands are. One thread at a time.
/// Errors: <see cref="ControlException"/> for whatever the collector refuses or leaves unfinished.
/// </summary>
public sealed class ControlClient : IDisposable
{
    readonly HttpClient _http;

    ControlClient(string socket) => _http = new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new NetworkStream(Connect(socket), ownsSocket: true)),
    })
    {
        BaseAddress = new Uri("http://collector/"),
        Timeout = Timeout.InfiniteTimeSpan, // the scan of a quarter takes what it takes; the user can stop the command
    };

    /// <summary>Connects to the collector of a data folder.</summary>
    /// <returns>Null where none runs: the command may take <see cref="DataFolder.TryLock"/> and open the files
    /// itself.</returns>
    public static ControlClient? TryConnect(string dataFolder)
    {
        var socket = Path.Combine(Path.GetFullPath(dataFolder), "collector.sock");
        if (!File.Exists(socket))
            return null;
        try
        {
            Connect(socket).Dispose();
        }
        catch (SocketException e)
            when (e.SocketErrorCode is SocketError.ConnectionRefused or SocketError.AddressNotAvailable)
        {
            return null; // left over from a collector that was killed
        }

        return new ControlClient(socket);
    }

    /// <summary>How the collector is doing.</summary>
    public CollectorStatus Status() => Ask<CollectorStatus>(HttpMethod.Get, "control/status");

    /// <summary>Has it read manifests, certificate and disk again.</summary>
    public ReloadReport Reload() => Ask<ReloadReport>(HttpMethod.Post, "control/reload");

    /// <summary>The text of the tool's newest manifest.</summary>
    public string Manifest(string tool)
    {
        using var response = Send(new HttpRequestMessage(
            HttpMethod.Get, "control/manifest?tool=" + Uri.EscapeDataString(tool)));
        using var reader = new StreamReader(response.Content.ReadAsStream());
        return reader.ReadToEnd();
    }

    /// <summary>
    /// The cells of a query (<see cref="IEventStore.Cells"/>), read from the socket as they are enumerated. Enumerate
    /// once.
    /// </summary>
    /// <exception cref="ControlException">Also while enumerating, if the answer breaks off before its end.</exception>
    public IEnumerable<Cell> Cells(string tool, CellQuery query)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
            CellLines.WriteQuery(json, query);
        var path = "control/cells?tool=" + Uri.EscapeDataString(tool);
        var content = new ByteArrayContent(body.WrittenSpan.ToArray());
        content.Headers.ContentType = new("application/json");
        using var response = Send(new HttpRequestMessage(HttpMethod.Post, path) { Content = content });
        using var lines = new StreamReader(response.Content.ReadAsStream());
        while (ReadLine(lines) is { } line)
        {
            if (CellLines.Read(line) is not { } cell)
                yield break;
            yield return cell;
        }

        throw new ControlException("The collector's answer broke off before its end; ask again.");
    }

    /// <summary>Asks one query of raw data.</summary>
    /// <returns>The answer, as JSON or as tab-separated values, and whether there were more rows.</returns>
    public (byte[] Text, bool Truncated) Query(string tool, string sql, bool json)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(sql));
        content.Headers.ContentType = new("application/sql");
        var request = new HttpRequestMessage(HttpMethod.Post, "control/query?tool=" + Uri.EscapeDataString(tool)) { Content = content };
        if (json)
            request.Headers.Accept.Add(new("application/json"));
        using var response = Send(request);
        using var text = new MemoryStream();
        try
        {
            response.Content.ReadAsStream().CopyTo(text);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new ControlException("The connection to the collector broke; ask again.", e);
        }

        return (text.ToArray(), response.Headers.Contains("Tallymark-Truncated"));
    }

    /// <summary>Makes a backup.</summary>
    /// <param name="to">The folder of backups, absolute; the collector's user must be able to write there.</param>
    /// <param name="keep">How many are kept; 0: all.</param>
    public BackupReport Backup(string to, int keep) => Ask<BackupReport>(
        HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"control/backup?to={Uri.EscapeDataString(to)}&keep={keep}"));

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _http.Dispose();

    static string? ReadLine(StreamReader lines)
    {
        try
        {
            return lines.ReadLine();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new ControlException("The connection to the collector broke; ask again.", e);
        }
    }

    T Ask<T>(HttpMethod method, string path)
    {
        using var response = Send(new HttpRequestMessage(method, path));
        using var reader = new StreamReader(response.Content.ReadAsStream());
        try
        {
            return StatusJson.Read<T>(reader.ReadToEnd());
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new ControlException("The collector's answer is not of its form: it is another version, perhaps.", e);
        }
    }

    HttpResponseMessage Send(HttpRequestMessage request)
    {
        using (request)
        {
            HttpResponseMessage response;
            try
            {
                response = _http.Send(request, HttpCompletionOption.ResponseHeadersRead);
            }
            catch (HttpRequestException e)
            {
                throw new ControlException("The collector can't be reached through its socket.", e);
            }

            if (response.StatusCode == HttpStatusCode.OK)
                return response;
            using (response)
            using (var reader = new StreamReader(response.Content.ReadAsStream()))
                throw new ControlException(WordsOf(response.StatusCode, reader.ReadToEnd()));
        }
    }

    // A problem's detail is a sentence for who asked.
    static string WordsOf(HttpStatusCode status, string text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            if (problem.RootElement.TryGetProperty("detail", out var detail))
                return detail.GetString()!;
            if (problem.RootElement.TryGetProperty("title", out var title))
                return title.GetString()!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Plain text.
        }

        return $"The collector answered {(int)status}: {text}";
    }

    // Synchronous on purpose: HttpClient.Send would otherwise block on a task.
    static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The collector refused or did not finish; the message says what and what to do.</summary>
public sealed class ControlException : Exception
{
    /// <summary>Makes one.</summary>
    public ControlException(string message, Exception? inner = null) : base(message, inner) { }
}
