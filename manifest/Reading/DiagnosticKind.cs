// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>
/// A kind of diagnostic with its id. An id never changes its meaning and is never reused. Each has a section in
/// <c>docs/diagnostics.md</c> and a case in <c>spec/vectors/manifest</c>.
/// </summary>
sealed class DiagnosticKind
{
    static readonly List<DiagnosticKind> Created = [];

    // The text as YAML.
    public static readonly DiagnosticKind NotYaml = Error(1);
    public static readonly DiagnosticKind NotMapping = Error(2);
    public static readonly DiagnosticKind Anchor = Error(3);
    public static readonly DiagnosticKind Tag = Error(4);
    public static readonly DiagnosticKind SeveralDocuments = Error(5);
    public static readonly DiagnosticKind DuplicateKey = Error(6);
    public static readonly DiagnosticKind KeyNotText = Error(7);
    public static readonly DiagnosticKind TooDeep = Error(8);
    public static readonly DiagnosticKind TooLarge = Error(9);

    // Keys, names and texts anywhere.
    public static readonly DiagnosticKind UnknownKey = Error(10);
    public static readonly DiagnosticKind MissingKey = Error(11);
    public static readonly DiagnosticKind WrongShape = Error(12);
    public static readonly DiagnosticKind NoValue = Error(13);
    public static readonly DiagnosticKind BadText = Error(14);
    public static readonly DiagnosticKind BadName = Error(15);
    public static readonly DiagnosticKind ReservedName = Error(16);
    public static readonly DiagnosticKind SimilarNames = Error(17);
    public static readonly DiagnosticKind InvalidChoice = Error(18);
    public static readonly DiagnosticKind DuplicateItem = Error(19);

    // The tool, its endpoint and its promises.
    public static readonly DiagnosticKind FormatVersion = Error(20);
    public static readonly DiagnosticKind ManifestVersion = Error(21);
    public static readonly DiagnosticKind BadEndpoint = Error(22);
    public static readonly DiagnosticKind PlainEndpoint = Error(23);
    public static readonly DiagnosticKind BadRepository = Error(24);
    public static readonly DiagnosticKind BadContact = Error(25);
    public static readonly DiagnosticKind BadRetention = Error(26);
    public static readonly DiagnosticKind BadLicense = Error(27);

    // Consent and notice.
    public static readonly DiagnosticKind BadVariable = Error(30);
    public static readonly DiagnosticKind ReservedVariable = Error(31);
    public static readonly DiagnosticKind BadOption = Error(32);
    public static readonly DiagnosticKind BadMarker = Error(33);
    public static readonly DiagnosticKind BadMore = Error(34);
    public static readonly DiagnosticKind DocumentationOnly = Error(35);

    // Lists and fields.
    public static readonly DiagnosticKind UnknownType = Error(40);
    public static readonly DiagnosticKind FreeText = Error(41);
    public static readonly DiagnosticKind KeyOfOtherType = Error(42);
    public static readonly DiagnosticKind ValuesOrList = Error(43);
    public static readonly DiagnosticKind UnknownList = Error(44);
    public static readonly DiagnosticKind BadValue = Error(45);
    public static readonly DiagnosticKind ReservedValue = Error(46);
    public static readonly DiagnosticKind ListSize = Error(47);
    public static readonly DiagnosticKind BadBuckets = Error(48);
    public static readonly DiagnosticKind BadLabel = Error(49);
    public static readonly DiagnosticKind NotPublishable = Error(50);
    public static readonly DiagnosticKind BadUntil = Error(51);
    public static readonly DiagnosticKind BadExample = Error(52);
    public static readonly DiagnosticKind Lowered = Error(53);

    // Events.
    public static readonly DiagnosticKind NoEvents = Error(60);
    public static readonly DiagnosticKind UnknownGroup = Error(61);
    public static readonly DiagnosticKind DuplicateField = Error(62);
    public static readonly DiagnosticKind ConflictingTypes = Error(63);
    public static readonly DiagnosticKind DuplicateSource = Error(64);
    public static readonly DiagnosticKind TooManyFields = Error(65);
    public static readonly DiagnosticKind TooManyEvents = Error(66);
    public static readonly DiagnosticKind OneCountField = Error(67);
    public static readonly DiagnosticKind DuplicateCount = Error(68);
    public static readonly DiagnosticKind PageFields = Error(69);

    // Datasets.
    public static readonly DiagnosticKind UnknownEvent = Error(70);
    public static readonly DiagnosticKind DayFirst = Error(71);
    public static readonly DiagnosticKind OneCount = Error(72);
    public static readonly DiagnosticKind NoValueColumn = Error(73);
    public static readonly DiagnosticKind UnknownColumn = Error(74);
    public static readonly DiagnosticKind NotPublished = Error(75);
    public static readonly DiagnosticKind SetColumn = Error(76);
    public static readonly DiagnosticKind NotCarried = Error(77);
    public static readonly DiagnosticKind BadMinimum = Error(78);
    public static readonly DiagnosticKind NoInstallation = Error(79);
    public static readonly DiagnosticKind BadHeading = Error(80);

    // Events, continued.
    public static readonly DiagnosticKind DuplicatePage = Error(81);

    // The generated code.
    public static readonly DiagnosticKind TooMuchToGenerate = Error(84);

    // Published files. Manifests that a collector accepted before these rules stay valid there.
    public static readonly DiagnosticKind ShortRetention = LaterError(85);
    public static readonly DiagnosticKind PublishedWord = LaterError(86);

    public static readonly DiagnosticKind BadMaxPerDay = Error(87);

    // Warnings.
    public static readonly DiagnosticKind ToolSalt = Warning(90);
    public static readonly DiagnosticKind MachineId = Warning(91);
    public static readonly DiagnosticKind UnseenNotice = Warning(92);
    public static readonly DiagnosticKind NoToolSwitch = Warning(93);
    public static readonly DiagnosticKind Unused = Warning(94);
    public static readonly DiagnosticKind CutText = Warning(96);

    // Advice.
    public static readonly DiagnosticKind FineTime = Advice(98);

    DiagnosticKind(int number, ManifestSeverity severity)
    {
        Id = "TALLY" + number.ToString("0000", System.Globalization.CultureInfo.InvariantCulture);
        Severity = severity;
        Created.Add(this);
    }

    /// <summary>Every kind, in the order of the ids.</summary>
    public static IReadOnlyList<DiagnosticKind> All => Created;

    public string Id { get; }

    public ManifestSeverity Severity { get; }

    /// <summary>
    /// True for an error of a rule that came after manifests without it were accepted. In those it is a warning.
    /// </summary>
    public bool IsLater { get; private init; }

    static DiagnosticKind Error(int number) => new(number, ManifestSeverity.Error);

    static DiagnosticKind LaterError(int number) => new(number, ManifestSeverity.Error) { IsLater = true };

    static DiagnosticKind Advice(int number) => new(number, ManifestSeverity.Advice);

    static DiagnosticKind Warning(int number) => new(number, ManifestSeverity.Warning);
}
