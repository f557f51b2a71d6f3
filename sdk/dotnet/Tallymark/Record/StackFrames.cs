// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Reflection;

namespace Tallymark.Record;

/// <summary>The recordable part of a stack: frames of the tool's own methods, no message, no path.</summary>
static class StackFrames
{
    const int MaxFrames = 20;
    const int MaxFrameLength = 256;

    /// <summary>
    /// Adds <c>["Type.Method:12"]</c> for the frames of one assembly; a method whose name is not plain ASCII becomes
    /// <c>other</c>. Cost: milliseconds, because it reads line numbers from the symbols if there are any.
    /// </summary>
    internal static bool Add(LineBuffer to, Exception exception, Assembly own)
    {
        var frames = new StackTrace(exception, fNeedFileInfo: true).GetFrames();
        var name = own.GetName().Name;
        var count = 0;
        to.Add((byte)'[');
        foreach (var frame in frames)
        {
            var method = DiagnosticMethodInfo.Create(frame);
            if (count == MaxFrames || method?.DeclaringAssemblyName is not { } assembly || !IsNamed(assembly, name))
                continue;
            if (count++ > 0)
                to.Add((byte)',');
            var text = method.DeclaringTypeName + "." + method.Name + ":" + frame.GetFileLineNumber();
            to.AddQuoted(IsPlain(text) ? text : "other");
        }

        to.Add((byte)']');
        return true;
    }

    // A full assembly name begins with the short one: "kmpkg, Version=…".
    static bool IsNamed(string full, string? name) =>
        name is not null && full.StartsWith(name, StringComparison.Ordinal)
        && (full.Length == name.Length || full[name.Length] == ',');

    static bool IsPlain(string text)
    {
        if (text.Length > MaxFrameLength)
            return false;
        foreach (var one in text)
        {
            if (one is <= ' ' or > '~' or '"' or '\\' or '/')
                return false;
        }

        return true;
    }
}
