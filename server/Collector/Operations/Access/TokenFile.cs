// SPDX-License-Identifier: MIT

using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Operations;

/// <summary>
/// The file <c>tokens.json</c> of a data folder. It has only the SHA-256 of each token, so the file grants no access. A
/// token has 256 random bits, so a plain hash can't be guessed. Reads are thread-safe and see a change at once; changes
/// are safe across processes.
/// </summary>
public sealed class TokenFile(DataFolder folder)
{
    const string Prefix = "tallymark_"; // lets secret scanners find a token that was committed by mistake
    const int MaxNameLength = 64;

    readonly string _path = folder.Tokens;

    /// <summary>
    /// True for 1 to 64 lowercase letters, digits, <c>-</c>, <c>_</c>, <c>.</c> and <c>@</c>, except <c>local</c>, the
    /// local user's name in the audit log.
    /// </summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name != AuditLog.Local
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.' or '@');

    /// <summary>Creates a token and saves its hash.</summary>
    /// <param name="now">The time.</param>
    /// <param name="name">The name (<see cref="IsName"/>); null: <c>token-1</c> and so on.</param>
    /// <param name="role">The role.</param>
    /// <returns>The token. It can't be recovered later.</returns>
    /// <exception cref="IOException">
    /// The name is taken, the file can't be read or written, or another process is changing it.
    /// </exception>
    public string Add(DateTimeOffset now, string? name = null, Role role = Role.Maintainer)
    {
        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        Change(tokens =>
        {
            var number = 1;
            while (name is null && tokens.Exists(one => one.Name == $"token-{number}"))
                number++;
            name ??= $"token-{number}";
            if (tokens.Exists(one => one.Name == name))
                throw new IOException($"A token named {name} already exists. Revoke it first, or choose another name.");
            tokens.Add(new Token(name, role, now, Hash(token)));
        });
        return token;
    }

    /// <summary>The tokens, in order of creation.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public IReadOnlyList<Token> List() => Read();

    /// <summary>Revokes a token at once.</summary>
    /// <returns>False: no token has that name.</returns>
    /// <exception cref="IOException">As <see cref="Add"/>.</exception>
    public bool Revoke(string name)
    {
        var found = 0;
        Change(tokens => found = tokens.RemoveAll(one => one.Name == name));
        return found > 0;
    }

    /// <summary>Finds a token of this file. Constant time: it does not tell how close a wrong token is.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public Token? Find(string token)
    {
        var hash = Hash(token);
        Token? found = null;
        foreach (var known in Read())
            found = CryptographicOperations.FixedTimeEquals(known.Hash, hash) ? known : found;
        return found;
    }

    static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    void Change(Action<List<Token>> change)
    {
        using var exclusive = OwnerFile.Open(_path + ".lock", FileMode.OpenOrCreate, FileShare.None);
        var tokens = Read();
        change(tokens);
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            Write(json, tokens);
        text.Write("\n"u8);
        OwnerFile.Replace(_path, text.WrittenSpan);
    }

    static void Write(Utf8JsonWriter json, List<Token> tokens)
    {
        json.WriteStartObject();
        json.WriteNumber("tallymark", 1);
        json.WriteStartArray("tokens");
        foreach (var token in tokens)
        {
            json.WriteStartObject();
            json.WriteString("name", token.Name);
            json.WriteString("role", token.RoleName);
            json.WriteString("sha256", Convert.ToHexStringLower(token.Hash));
            json.WriteString("created", Rfc3339.Second(token.Created));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    List<Token> Read()
    {
        var tokens = new List<Token>();
        if (!File.Exists(_path))
            return tokens;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(_path));
            foreach (var token in document.RootElement.GetProperty("tokens").EnumerateArray())
                tokens.Add(ReadOne(token));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException)
        {
            throw new IOException($"{_path} is damaged. Repair it, or delete it and create new tokens.", e);
        }

        return tokens;
    }

    // Tokens of the first version have no name and no role; all of them were for the live page.
    static Token ReadOne(JsonElement token)
    {
        var hash = token.GetProperty("sha256").GetString()!;
        return new Token(
            token.TryGetProperty("name", out var name) ? name.GetString()! : "token-" + hash[..8],
            token.TryGetProperty("role", out var role) ? Token.RoleOf(role.GetString()!) : Role.Maintainer,
            token.GetProperty("created").GetDateTimeOffset(),
            Convert.FromHexString(hash));
    }
}

/// <summary>A saved token.</summary>
/// <param name="Name">The name.</param>
/// <param name="Role">The role.</param>
/// <param name="Created">The time of creation.</param>
/// <param name="Hash">Its SHA-256.</param>
public sealed record Token(string Name, Role Role, DateTimeOffset Created, byte[] Hash)
{
    /// <summary>The role's name in files and commands.</summary>
    public string RoleName => NameOf(Role);

    /// <summary>A role's name in files and commands.</summary>
    public static string NameOf(Role role) => role switch
    {
        Role.Reader => "reader",
        Role.Maintainer => "maintainer",
        Role.Operator => "operator",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Unknown role."),
    };

    /// <summary>The role with that name.</summary>
    /// <exception cref="FormatException">No role has that name.</exception>
    public static Role RoleOf(string name) => name switch
    {
        "reader" => Role.Reader,
        "maintainer" => Role.Maintainer,
        "operator" => Role.Operator,
        _ => throw new FormatException($"{name} is not a role."),
    };
}
