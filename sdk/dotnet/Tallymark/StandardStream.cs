// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Tallymark;

/// <summary>
/// Writes to standard output and standard error so that a failure is an error. The framework's streams hide a pipe
/// whose reader is gone, and a notice that went there was not shown. Thread-safe.
/// </summary>
static unsafe class StandardStream
{
    internal const int Output = 1;
    internal const int Error = 2;
    const int MaxWaitMilliseconds = 10_000;

    /// <summary>Writes all bytes. Waits at most 10 seconds for a full pipe that does not block.</summary>
    /// <exception cref="IOException">They were not all written.</exception>
    internal static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsWindows())
        {
            using var stream = descriptor == Output ? Console.OpenStandardOutput() : Console.OpenStandardError();
            stream.Write(bytes);
            return;
        }

        // After `2>&- >&-` the numbers belong to the next files that the process opens: a pipe of the .NET runtime,
        // which takes every byte and shows none. An inherited stream can't have the flag.
        if (Libc.ClosesOnExec(descriptor))
            throw Failed(descriptor, Libc.EBADF);
        fixed (byte* start = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var written = Libc.WriteTo(descriptor, start + done, bytes.Length - done);
                if (written >= 0)
                    done += (int)written;
                else if (!Libc.MayRetryWrite(descriptor, Marshal.GetLastPInvokeError(), MaxWaitMilliseconds))
                    throw Failed(descriptor, Marshal.GetLastPInvokeError());
            }
        }
    }

    static IOException Failed(int descriptor, int error) => new(
        (descriptor == Output ? "standard output: " : "standard error: ") + Marshal.GetPInvokeErrorMessage(error));
}
