// SPDX-License-Identifier: MIT

using System.Text;
using Microsoft.AspNetCore.Builder;

namespace Tallymark.Collector.Operations;

/// <summary>Creates the web server of the control socket (<c>spec/control.md</c>).</summary>
sealed class ControlSocket(DataFolder data, ControlEndpoints endpoints, Limits limits, StandardErrorLog logTo)
{
    /// <summary>Bytes of <c>sun_path</c> on the system with the shortest.</summary>
    const int MaxPathBytes = 103;

    /// <summary>Commands at once, all of the collector's own user.</summary>
    const int MaxCommands = 64;

    /// <summary>Starts the server.</summary>
    public SocketBinding Binding { get; } = new(_ => ("--data", data.Path));

    /// <exception cref="IOException">The path of the socket is too long.</exception>
    public WebApplication Create()
    {
        if (Encoding.UTF8.GetByteCount(data.Socket) > MaxPathBytes)
        {
            throw new IOException(
                $"{data.Socket}: the path of a socket has at most {MaxPathBytes} bytes. Choose a shorter --data.");
        }

        File.Delete(data.Socket); // left by a killed collector: we hold the lock, so no process listens on it
        var app = WebServer.Create(limits, logTo, Binding, kestrel =>
        {
            kestrel.Limits.MaxConcurrentConnections = MaxCommands;
            kestrel.Limits.MinResponseDataRate = null; // `tallymark publish` may pause between two cells
            kestrel.ListenUnixSocket(data.Socket);
        });
        app.UseRouting();
        endpoints.Map(app);
        return app;
    }

    /// <summary>Allows only the collector's user to connect.</summary>
    public void RestrictMode()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(data.Socket, OwnerFile.Mode);
    }
}
