// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tallymark.Cli;

/// <summary>
/// The standard streams of a process that may have been started without them, or with ones that can't be written.
/// </summary>
static class StandardStreams
{
    const int Output = 1;
    const int Error = 2;
    const int CloseOnExec = 0x80000; // O_CLOEXEC

    /// <summary>
    /// Makes the console safe to use: a message that can't be written to standard error never ends a command, and
    /// nothing reaches a descriptor that the caller closed. An answer that can't be written to standard output is an
    /// <see cref="IOException"/>.
    /// </summary>
    public static void Prepare()
    {
        Console.SetError(new SilentWriter(IsOpen(Error) ? Console.Error : TextWriter.Null));
        if (!IsOpen(Output))
            Console.SetOut(new StreamWriter(Closed()) { AutoFlush = true });
    }

    /// <summary>
    /// Standard output as bytes. An answer that can't be written is an <see cref="IOException"/>.
    /// </summary>
    public static Stream OpenOutput() => IsOpen(Output) ? Console.OpenStandardOutput() : Closed();

    /// <summary>Standard error as bytes. A message that can't be written is an <see cref="IOException"/>.</summary>
    public static Stream OpenError()
    {
        if (!IsOpen(Error))
            return new ClosedStream("standard error");
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardError();
        // The console's own stream ignores a pipe whose reader has gone. A file may have other writers: FileStream
        // would write to its own position in it.
        var stream = new FileStream(new SafeFileHandle(Error, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardError() : stream;
    }

    static ClosedStream Closed() => new("standard output");

    // After `2>&-` the number 2 belongs to the next file that the process opens. That is a pipe of the .NET runtime,
    // and text in it would end the process. The runtime sets O_CLOEXEC on its files; an inherited stream can't have it.
    static bool IsOpen(int descriptor)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        try
        {
            foreach (var line in File.ReadLines($"/proc/self/fdinfo/{descriptor}"))
            {
                if (line.StartsWith("flags:", StringComparison.Ordinal))
                    return (Convert.ToInt64(line["flags:".Length..].Trim(), 8) & CloseOnExec) == 0;
            }

            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true; // no /proc
        }
    }

    /// <summary>Standard error: what can't be written there has no other place to go.</summary>
    sealed class SilentWriter(TextWriter to) : TextWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => to.Encoding;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(string? value)
        {
            try
            {
                to.Write(value);
                to.Flush();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // See the type.
            }
        }

        public override void WriteLine(string? value) => Write(value + Environment.NewLine);
    }
}
