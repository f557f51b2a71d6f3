// SPDX-License-Identifier: MIT
namespace Tallymark.Tests.Program;

/// <summary>Crashes, immediately and later, in a source file whose path reveals a lot.</summary>
public static class Crashes
{
#line 1701 "/home/quirinus/mondkalb-werkstatt/geheim/Crashes.cs"
    public static void AtOnce(string message) => throw new InvalidOperationException(message);

    public static async Task Later(string message)
    {
        await Task.Yield();
        await Deeper(message);
    }

    static async Task Deeper(string message)
    {
        await Task.Yield();
        throw new InvalidOperationException(message, new TimeoutException(message));
    }
#line default

    /// <summary>As many frames as it says.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    public static int Deep(int frames) => frames == 1 ? throw new InvalidOperationException() : Deep(frames - 1) + 1;
}
