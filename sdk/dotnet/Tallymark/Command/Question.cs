// SPDX-License-Identifier: MIT
// One question to the `telemetry` command: the verb, who asks where, and what is decided at this moment.

using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tallymark;

sealed class Question
{
    // It is read by people and programs, never as part of a page: an apostrophe stays one.
    static readonly JsonWriterOptions Form = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal Question(ToolDefinition declared, string[] args, SdkEnvironment surroundings)
    {
        Declared = declared;
        SdkEnvironment = surroundings;
        Json = Array.IndexOf(args, "--json") >= 0;
        var option = declared.Option is not null && Array.IndexOf(args, declared.Option) >= 0;
        var words = new List<string>();
        foreach (var word in args)
        {
            if (word != "--json" && word != declared.Option)
                words.Add(word);
        }

        Words = [.. words];
        var watch = new ConsentWatch(declared, option, surroundings);
        Consent = watch.Ask(closely: true);
        Tool = watch.Tool;
        Choice = watch.ReadChoice();
        State = StateFolder.Of(Tool, surroundings);
    }

    /// <summary>The verb and its object.</summary>
    internal string[] Words { get; }

    internal bool Json { get; }

    /// <summary>The tool as its manifest declares it.</summary>
    internal ToolDefinition Declared { get; }

    /// <summary>The tool with the recipient of the policy, where there is one.</summary>
    internal ToolDefinition Tool { get; }

    internal SdkEnvironment SdkEnvironment { get; }

    internal ConsentDecision Consent { get; }

    internal Choice Choice { get; }

    internal StateFolder? State { get; }

    internal DateTime Now => SdkEnvironment.Now;

    internal Agreement Notice() => Receipt.Check(Tool, State);

    /// <summary>What the recipient's side lets be recorded.</summary>
    internal RecipientSide Side => field ??= RecipientSide.LookClosely(State, Tool, Now);

    /// <summary>Why the recipient's side lets nothing be recorded; null: it lets something be.</summary>
    internal string? SideReason => Side.Reason(State is null ? null : Installation.Find(State, Tool.Tool));

    internal void Say(string text) => SdkEnvironment.Say(Tool.Tool + " telemetry: " + text + ".\n");

    /// <summary>Answers in the form that was asked for.</summary>
    internal void Answer(string text, Action<Utf8JsonWriter> json)
    {
        if (!Json)
        {
            if (text.Length > 0)
                SdkEnvironment.Answer(text);
            return;
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Form))
        {
            writer.WriteStartObject();
            writer.WriteString("tool", Tool.Tool);
            json(writer);
            writer.WriteEndObject();
        }

        SdkEnvironment.Answer(Encoding.UTF8.GetString(bytes.WrittenSpan) + "\n");
    }
}
