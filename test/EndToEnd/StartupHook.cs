// SPDX-License-Identifier: MIT
using System.Text;

#pragma warning disable MA0047 // The runtime looks for this name, outside any namespace.
/// <summary>
/// The runtime runs it in a tool before <c>Main</c> where <c>DOTNET_STARTUP_HOOKS</c> names this assembly: a fault that
/// no input causes, for tests of crashes.
/// </summary>
static class StartupHook
{
    public static void Initialize() => Console.SetOut(new BrokenOutput());

    sealed class BrokenOutput : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new NotSupportedException("The output is broken.");
    }
}
