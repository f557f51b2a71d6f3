// SPDX-License-Identifier: MIT
using System.Text;

namespace Samples;

/// <summary>
/// Standard error for a program whose exit code says what happened: a message that cannot be written (a closed
/// descriptor, a full disk) is left out, and does not end the program. Without it, the exception is thrown where the
/// program reports another error, and the program aborts.
/// </summary>
sealed class StandardError : TextWriter
{
    readonly TextWriter _to;

    StandardError(TextWriter to) => _to = to;

    public override Encoding Encoding => _to.Encoding;

    /// <summary>Call it first: everything that writes to standard error later uses it.</summary>
    public static void Use() => Console.SetError(new StandardError(Console.Error));

    public override void Write(char value) => Try(() => _to.Write(value));

    public override void Write(string? value) => Try(() => _to.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => _to.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => _to.WriteLine(value));

    static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no other place for it. .NET calls a closed descriptor an unauthorized access.
        }
    }
}
