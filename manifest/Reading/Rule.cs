// SPDX-License-Identifier: MIT
// Every kind of finding with its id. An id never changes its meaning and is never used again.

namespace Tallymark.Manifests.Reading;

/// <summary>
/// A kind of finding. Each has a section in <c>docs/diagnostics.md</c> and a case in <c>spec/vectors/manifest</c>.
/// </summary>
sealed class Rule
{
    static readonly List<Rule> Made = [];

    // The text as YAML.
    public static readonly Rule NotYaml = Error(1);
    public static readonly Rule NotMapping = Error(2);
    public static readonly Rule Anchor = Error(3);
    public static readonly Rule Tag = Error(4);
    public static readonly Rule SeveralDocuments = Error(5);
    public static readonly Rule KeyTwice = Error(6);
    public static readonly Rule KeyNotText = Error(7);
    public static readonly Rule TooDeep = Error(8);
    public static readonly Rule TooLarge = Error(9);

    // Keys, names and texts anywhere.
    public static readonly Rule UnknownKey = Error(10);
    public static readonly Rule MissingKey = Error(11);
    public static readonly Rule WrongShape = Error(12);
    public static readonly Rule NoValue = Error(13);
    public static readonly Rule BadText = Error(14);
    public static readonly Rule BadName = Error(15);
    public static readonly Rule ReservedName = Error(16);
    public static readonly Rule AlikeNames = Error(17);
    public static readonly Rule NotAChoice = Error(18);
    public static readonly Rule Twice = Error(19);

    // The tool, its endpoint and its promises.
    public static readonly Rule FormatVersion = Error(20);
    public static readonly Rule ManifestVersion = Error(21);
    public static readonly Rule BadEndpoint = Error(22);
    public static readonly Rule PlainEndpoint = Error(23);
    public static readonly Rule BadRepository = Error(24);
    public static readonly Rule BadContact = Error(25);
    public static readonly Rule BadRetention = Error(26);
    public static readonly Rule BadLicense = Error(27);

    // Consent and notice.
    public static readonly Rule BadVariable = Error(30);
    public static readonly Rule ReservedVariable = Error(31);
    public static readonly Rule BadOption = Error(32);
    public static readonly Rule BadMarker = Error(33);
    public static readonly Rule BadMore = Error(34);

    // Lists and fields.
    public static readonly Rule UnknownType = Error(40);
    public static readonly Rule FreeText = Error(41);
    public static readonly Rule KeyOfOtherType = Error(42);
    public static readonly Rule ValuesOrList = Error(43);
    public static readonly Rule UnknownList = Error(44);
    public static readonly Rule BadValue = Error(45);
    public static readonly Rule ReservedValue = Error(46);
    public static readonly Rule ListSize = Error(47);
    public static readonly Rule BadBuckets = Error(48);
    public static readonly Rule BadLabel = Error(49);
    public static readonly Rule NotPublishable = Error(50);
    public static readonly Rule BadUntil = Error(51);
    public static readonly Rule BadExample = Error(52);
    public static readonly Rule Lowered = Error(53);

    // Events.
    public static readonly Rule NoEvents = Error(60);
    public static readonly Rule UnknownGroup = Error(61);
    public static readonly Rule FieldTwice = Error(62);
    public static readonly Rule TwoTypes = Error(63);
    public static readonly Rule FilledTwice = Error(64);
    public static readonly Rule TooManyFields = Error(65);
    public static readonly Rule TooManyEvents = Error(66);
    public static readonly Rule OneCountField = Error(67);
    public static readonly Rule CountedTwice = Error(68);

    // Datasets.
    public static readonly Rule UnknownEvent = Error(70);
    public static readonly Rule DayFirst = Error(71);
    public static readonly Rule OneCount = Error(72);
    public static readonly Rule NoValueColumn = Error(73);
    public static readonly Rule UnknownColumn = Error(74);
    public static readonly Rule NotPublished = Error(75);
    public static readonly Rule SetColumn = Error(76);
    public static readonly Rule NotCarried = Error(77);
    public static readonly Rule BadMinimum = Error(78);
    public static readonly Rule NoInstallation = Error(79);
    public static readonly Rule BadHeading = Error(80);

    // Worth a second thought.
    public static readonly Rule ToolSalt = Warning(90);
    public static readonly Rule MachineId = Warning(91);
    public static readonly Rule UnseenNotice = Warning(92);
    public static readonly Rule NoOwnSwitch = Warning(93);
    public static readonly Rule Unused = Warning(94);

    Rule(int number, DiagnosticSeverity severity)
    {
        Id = "TALLY" + number.ToString("0000", System.Globalization.CultureInfo.InvariantCulture);
        Severity = severity;
        Made.Add(this);
    }

    /// <summary>Every rule, in the order of the ids.</summary>
    public static IReadOnlyList<Rule> All => Made;

    public string Id { get; }

    public DiagnosticSeverity Severity { get; }

    static Rule Error(int number) => new(number, DiagnosticSeverity.Error);

    static Rule Warning(int number) => new(number, DiagnosticSeverity.Warning);
}
