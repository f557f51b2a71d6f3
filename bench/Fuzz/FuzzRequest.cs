// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tallymark.Bench.Fuzz;

/// <summary>
/// A request as it is sent over the connection, and its form in a file, from which it can be sent again.
/// </summary>
sealed record FuzzRequest
{
    public required long Number { get; init; }

    public string Method { get; init; } = "POST";

    public string? ContentType { get; init; } = "application/x-ndjson";

    public string? Encoding { get; init; }

    /// <summary>The client's address as a trusted proxy forwards it; null: none.</summary>
    public string? Client { get; init; }

    /// <summary>The number of chunks that replace a length; 0: with a length.</summary>
    public int Chunks { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>The changed bytes of the request's head, which may not be HTTP; null: the head is intact.</summary>
    public byte[]? WildHead { get; init; }

    public byte[] Head()
    {
        if (WildHead is not null)
            return WildHead;
        var head = new StringBuilder($"{Method} /v1/batches HTTP/1.1\r\nHost: fuzz\r\n");
        if (ContentType is not null)
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {ContentType}\r\n");
        if (Encoding is not null)
            head.Append(CultureInfo.InvariantCulture, $"Content-Encoding: {Encoding}\r\n");
        if (Client is not null)
            head.Append(CultureInfo.InvariantCulture, $"X-Forwarded-For: {Client}\r\n");
        head.Append(Chunks > 0 ? "Transfer-Encoding: chunked\r\n" : $"Content-Length: {Body.Length}\r\n");
        return System.Text.Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
    }

    public byte[] Bytes()
    {
        var all = new MemoryStream();
        all.Write(Head());
        if (Chunks == 0)
        {
            all.Write(Body);
            return all.ToArray();
        }

        var size = Math.Max(1, (Body.Length + Chunks - 1) / Chunks);
        for (var from = 0; from < Body.Length; from += size)
        {
            var count = Math.Min(size, Body.Length - from);
            all.Write(System.Text.Encoding.ASCII.GetBytes($"{count:x}\r\n"));
            all.Write(Body, from, count);
            all.Write("\r\n"u8);
        }

        all.Write("0\r\n\r\n"u8);
        return all.ToArray();
    }

    /// <summary>Writes it, with the complaint, to a file that <see cref="Load"/> reads.</summary>
    public void Save(string path, DateTimeOffset now, string complaint) => File.WriteAllText(
        path,
        JsonSerializer.Serialize(
            new Saved(Number, now, complaint, Method, ContentType, Encoding, Client, Chunks, Body, WildHead)));

    public static (FuzzRequest Request, DateTimeOffset Now, string Complaint) Load(string path)
    {
        var saved = JsonSerializer.Deserialize<Saved>(File.ReadAllText(path))
            ?? throw new FuzzException($"{path} holds no request.");
        var request = new FuzzRequest
        {
            Number = saved.Number,
            Method = saved.Method,
            ContentType = saved.ContentType,
            Encoding = saved.Encoding,
            Client = saved.Client,
            Chunks = saved.Chunks,
            Body = saved.Body,
            WildHead = saved.WildHead,
        };
        return (request, saved.Now, saved.Complaint);
    }

    sealed record Saved(
        long Number, DateTimeOffset Now, string Complaint, string Method, string? ContentType, string? Encoding,
        string? Client, int Chunks,
        byte[] Body, byte[]? WildHead);
}

/// <summary>The collector did not do what its specification says, or the bench can't go on.</summary>
sealed class FuzzException(string message) : Exception(message);
