// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The commands' client of a running collector: HTTP over the socket in its data folder (<c>spec/control.md</c>).
/// Synchronous, like the commands. Not thread-safe. Throws <see cref="ControlException"/> when the collector refuses a
/// request or does not finish its answer.
/// </summary>
public sealed class ControlClient : IDisposable
{
    readonly HttpClient _http;
    readonly Guid _run = Guid.NewGuid();

    ControlClient(string socket) => _http = new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new NetworkStream(Connect(socket), ownsSocket: true)),
    })
    {
        BaseAddress = new Uri("http://collector/"),
        Timeout = Timeout.InfiniteTimeSpan, // the scan of a quarter takes minutes; the user can stop it
    };

    /// <summary>
    /// The period that is being published; the audit log gets one line for all cell queries of it. Null: one for each.
    /// </summary>
    public string? Publication { get; init; }

    /// <summary>Connects to the collector of a data folder.</summary>
    /// <returns>
    /// Null if none is running: the command may call <see cref="DataFolder.TryLock"/> and open the files itself.
    /// </returns>
    /// <param name="dataFolder">The folder.</param>
    /// <param name="publication">See <see cref="Publication"/>.</param>
    public static ControlClient? TryConnect(string dataFolder, string? publication = null)
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
            return null; // the socket of a killed collector
        }

        return new ControlClient(socket) { Publication = publication };
    }

    /// <summary>Gets the collector's status.</summary>
    public CollectorStatus Status() => Ask<CollectorStatus>(HttpMethod.Get, "control/status");

    /// <summary>Reloads manifests and the certificate, and measures the disk.</summary>
    /// <param name="acceptClock">Also says that the clock is right (spec/control.md, "The clock").</param>
    public ReloadReport Reload(bool acceptClock = false) => Ask<ReloadReport>(
        HttpMethod.Post, acceptClock ? "control/reload?clock=accept" : "control/reload");

    /// <summary>Gets a tool's manifests.</summary>
    public ToolManifests Manifests(string tool) =>
        Ask<ToolManifests>(HttpMethod.Get, "control/manifests?tool=" + Uri.EscapeDataString(tool));

    /// <summary>
    /// Runs a cell query (<see cref="ICellReader.Cells"/>). Cells are read from the socket while they are enumerated;
    /// enumerate once.
    /// </summary>
    /// <exception cref="ControlException">Also during enumeration, if the answer is incomplete.</exception>
    public IEnumerable<Cell> Cells(string tool, CellQuery query)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
            CellLines.WriteQuery(json, query);
        var path = "control/cells?tool=" + Uri.EscapeDataString(tool);
        if (Publication is not null)
            path += $"&publication={Uri.EscapeDataString(Publication)}&run={_run}";
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

        throw new ControlException("The collector's answer is incomplete. Run the command again.");
    }

    /// <summary>Runs a query of raw data.</summary>
    /// <returns>The answer, JSON or tab-separated values, and whether rows were left out.</returns>
    public (byte[] Text, bool Truncated) Query(string tool, string sql, bool json)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(sql));
        content.Headers.ContentType = new("application/sql");
        var path = "control/query?tool=" + Uri.EscapeDataString(tool);
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
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
            throw new ControlException("The connection to the collector was lost. Run the command again.", e);
        }

        return (text.ToArray(), response.Headers.Contains("Tallymark-Truncated"));
    }

    /// <summary>
    /// Has the collector read a file of the store again, so that its status says whether it is damaged; null: the files
    /// that it knows as damaged.
    /// </summary>
    /// <param name="one">The tool, and the name of the file.</param>
    public void Reread((string Tool, string File)? one = null) => Send(new HttpRequestMessage(
        HttpMethod.Post,
        one is var (tool, file)
            ? $"control/reread?tool={Uri.EscapeDataString(tool)}&file={Uri.EscapeDataString(file)}"
            : "control/reread")).Dispose();

    /// <summary>Makes a backup.</summary>
    /// <param name="to">The folder of backups, absolute; the collector's user writes to it.</param>
    /// <param name="keep">The number of backups to keep; 0: all.</param>
    public BackupReport Backup(string to, int keep) => Ask<BackupReport>(
        HttpMethod.Post,
        string.Create(CultureInfo.InvariantCulture, $"control/backup?to={Uri.EscapeDataString(to)}&keep={keep}"));

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
            throw new ControlException("The connection to the collector was lost. Run the command again.", e);
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
            throw new ControlException(
                "The collector's answer can't be read. The collector may be a different version; restart it after an "
                + "update.", e);
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
                throw new ControlException("The collector does not answer on its control socket.", e);
            }

            if (response.StatusCode == HttpStatusCode.OK)
                return response;
            using (response)
            using (var reader = new StreamReader(response.Content.ReadAsStream()))
                throw new ControlException(MessageOf(response.StatusCode, reader.ReadToEnd()));
        }
    }

    // The detail of a problem is a sentence for the user.
    static string MessageOf(HttpStatusCode status, string text)
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

        return $"The collector returned {(int)status}: {text}";
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

/// <summary>The collector refused a request or did not finish its answer; the message says what to do.</summary>
public sealed class ControlException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ControlException(string message, Exception? inner = null) : base(message, inner) { }
}
