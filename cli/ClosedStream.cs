// SPDX-License-Identifier: MIT

namespace Tallymark.Cli;

/// <summary>
/// A standard stream that the caller closed: every write fails, so that no message is lost in silence.
/// </summary>
/// <param name="name">The stream's name in the exception.</param>
sealed class ClosedStream(string name) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new IOException($"{name} is closed.");
}
