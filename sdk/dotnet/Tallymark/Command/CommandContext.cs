// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tallymark;

/// <summary>
/// One call of the <c>telemetry</c> command: the verb, the machine, and what is decided at this moment.
/// </summary>
sealed class CommandContext
{
    // People and programs read this JSON, and it is never part of a page, so an apostrophe needs no escape.
    static readonly JsonWriterOptions JsonOptions =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly bool _showsRecorded;
    bool _triedToWrite;

    internal CommandContext(ToolDefinition declared, string[] args, SdkEnvironment environment)
    {
        Declared = declared;
        Environment = environment;
        Json = Array.IndexOf(args, "--json") >= 0;
        var option = declared.Option is not null && Array.IndexOf(args, declared.Option) >= 0;
        _showsRecorded = declared.ShowOption is not null && Array.IndexOf(args, declared.ShowOption) >= 0;
        var words = new List<string>();
        foreach (var word in args)
        {
            if (word != "--json" && word != declared.Option && word != declared.ShowOption)
                words.Add(word);
        }

        Words = [.. words];
        var watch = new ConsentWatch(declared, option, environment);
        Consent = watch.Ask(closely: true);
        Tool = watch.Tool;
        Choice = watch.ReadChoice();
        State = StateFolder.Of(Tool, environment);
        if (Consent.On && Notice().State == NoticeState.Refused)
            Consent = new ConsentDecision(false, ConsentSource.Choice, State!.In("receipts"));
    }

    /// <summary>The verb and its argument.</summary>
    internal string[] Words { get; }

    internal bool Json { get; }

    /// <summary>The tool as its manifest declares it.</summary>
    internal ToolDefinition Declared { get; }

    /// <summary>The tool, with the recipient of the policy if there is one.</summary>
    internal ToolDefinition Tool { get; }

    internal SdkEnvironment Environment { get; }

    internal ConsentDecision Consent { get; }

    internal Choice Choice { get; }

    internal StateFolder? State { get; }

    internal DateTime Now => Environment.Now;

    /// <summary>The agreement. A receipt that cannot be read is none, and <see cref="NoticeError"/> says why.</summary>
    internal Agreement Notice()
    {
        try
        {
            return Receipt.Check(Tool, State, Choice);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NoticeError = e.Message.TrimEnd('.');
            return new Agreement(NoticeState.Unusable);
        }
    }

    /// <summary>Why the receipt could not be read; null: it could.</summary>
    internal string? NoticeError { get; private set; }

    /// <summary>The recording that the recipient allows.</summary>
    internal RecipientState Recipient => field ??= RecipientState.Read(State, Tool, Now);

    /// <summary>Why the recipient allows nothing to be recorded; null: it allows something.</summary>
    internal string? RecipientReason => Recipient.Reason(FindInstallation());

    /// <summary>Why no event can be written; null: one can, or telemetry is off and nothing was tried.</summary>
    internal string? WhyNotWritten
    {
        get
        {
            if (!_triedToWrite && Consent.On && Notice().Allows)
                field = RecordPath.WhyNot(State, Tool, Environment);
            _triedToWrite = true;
            return field;
        }
    }

    /// <summary>The line of the event that this command recorded, with LF; null: none.</summary>
    internal string? Recorded { get; set; }

    /// <summary>With the tool's show option: prints what the command recorded, as a run of the tool does.</summary>
    internal void ShowRecorded()
    {
        if (_showsRecorded)
            TrySay(Recorded
                ?? "telemetry: nothing was recorded, because the telemetry command itself is never recorded.\n");
    }

    /// <summary>Why the answer could not be written, which changes nothing about what was done; null: it was.</summary>
    internal string? NotPrinted { get; private set; }

    /// <summary>
    /// Writes one message to standard error. A message that cannot be written does not change what is done and what
    /// the exit code says.
    /// </summary>
    internal void Say(string text) => TrySay(Tool.Prefix + ": " + text + ".\n");

    /// <summary>The same for a text of several lines.</summary>
    internal void TrySay(string text)
    {
        try
        {
            Environment.Say(text);
        }
        catch (IOException e)
        {
            SelfLog.Report("A message of the telemetry command could not be written.", e);
        }
    }

    /// <summary>Writes the answer to standard output, as text or as JSON.</summary>
    internal void Answer(string text, Action<Utf8JsonWriter> json)
    {
        if (!Json)
        {
            if (text.Length > 0)
                Print(text);
            return;
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, JsonOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("tool", Tool.Tool);
            json(writer);
            writer.WriteEndObject();
        }

        Print(Encoding.UTF8.GetString(bytes.WrittenSpan) + "\n");
    }

    // A secret that cannot be read is none here; WhyNotWritten says why.
    Installation? FindInstallation()
    {
        try
        {
            return State is null ? null : Installation.Find(State, Tool.Tool);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SelfLog.Report("The installation's secret could not be read.", e);
            return null;
        }
    }

    void Print(string text)
    {
        try
        {
            Environment.Answer(text);
        }
        catch (IOException e)
        {
            NotPrinted = e.Message;
        }
    }
}
