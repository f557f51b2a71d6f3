// SPDX-License-Identifier: MIT
// The variables and files that show an automated build, a coding agent, a container or a developers' own build. Tables,
// so that a reviewer can read them.

using System.Text;

namespace Tallymark.Record;

/// <summary>
/// Evaluates a table with one line per row: a variable and its rule. The rule is <c>present</c> (the variable is set,
/// even empty), <c>true</c> (its value means yes: <c>CI=false</c> is not an automated build), <c>equals VALUE</c>
/// (ignoring case) or <c>present-with VARIABLE</c> (both are set, since one name alone is too common). Each table is
/// one string, since the runtime allocates each string literal on first use, and a hundred of them cost a measurable
/// time.
/// </summary>
static class VariableTable
{
    /// <summary>The variable of the first row that matches; null: none does.</summary>
    internal static string? Find(string table, SdkEnvironment environment)
    {
        for (var at = 0; at < table.Length;)
        {
            var name = Word(table, ref at);
            var rule = Word(table, ref at);
            var with = rule is "equals" or "present-with" ? Word(table, ref at) : "";
            if (environment.Variable(name) is { } value && Holds(rule, with, value, environment))
                return name;
        }

        return null;
    }

    static bool Holds(string rule, string with, string value, SdkEnvironment environment) => rule switch
    {
        "true" => SdkEnvironment.SaysYes(value),
        "equals" => value.Equals(with, StringComparison.OrdinalIgnoreCase),
        "present-with" => environment.Variable(with) is not null,
        _ => true,
    };

    static string Word(string table, ref int at)
    {
        var from = at;
        while (at < table.Length && table[at] > ' ')
            at++;
        return table.Substring(from, at++ - from);
    }
}

static class CiTable
{
    const string Table =
        """
        CI true
        CONTINUOUS_INTEGRATION true
        GITHUB_ACTIONS true
        GITLAB_CI true
        TF_BUILD true
        APPVEYOR true
        CIRCLECI true
        TRAVIS true
        BUILDKITE true
        DRONE true
        CIRRUS_CI true
        JENKINS_HOME present
        JENKINS_URL present
        TEAMCITY_VERSION present
        BITBUCKET_BUILD_NUMBER present
        CODEBUILD_BUILD_ID present
        CODEBUILD_BUILD_ARN present
        HEROKU_TEST_RUN_ID present
        CLOUD_RUN_EXECUTION present
        JB_SPACE_API_URL present
        RUNBOT_HOST_URL present
        RUNBOT_BUILD_NAME present
        RUNBOT_WORKER_ID present
        PYTEST_CURRENT_TEST present
        BUILD_ID present-with BUILD_URL
        BUILD_ID present-with PROJECT_ID
        BUILD_NUMBER present-with BUILD_URL
        """;

    /// <summary>The variable that shows it; null: a person started this.</summary>
    internal static string? Find(SdkEnvironment environment) => VariableTable.Find(Table, environment);
}

static class AgentTable
{
    // Left out: variables that a person's own terminal or settings also set (ZED_TERM, REPL_ID, a token for COPILOT).
    const string Table =
        """
        AI_AGENT true
        AGENT_CLI true
        CLAUDECODE true
        CLAUDE_CODE true
        CLAUDE_CODE_ENTRYPOINT true
        CLAUDE_CODE_IS_COWORK true
        CURSOR_AGENT true
        CURSOR_TRACE_ID true
        CURSOR_AI true
        CURSOR_EXTENSION_HOST_ROLE equals agent-exec
        CODEX_CLI true
        CODEX_CI true
        CODEX_SANDBOX true
        CODEX_THREAD_ID true
        GEMINI_CLI true
        COPILOT_CLI true
        COPILOT_AGENT true
        GITHUB_COPILOT_CLI_MODE true
        GH_COPILOT_WORKING_DIRECTORY true
        OPENCODE true
        OPENCODE_AI true
        CLINE_ACTIVE true
        CLINE_AGENT true
        CLINE_TASK_ID true
        ROO_CODE_TASK_ID true
        QWEN_CODE true
        DROID_CLI true
        KIMI_CLI true
        KIRO_AGENT_PATH true
        PI_CODING_AGENT true
        AMP_HOME true
        GOOSE_TERMINAL true
        WINDSURF_SESSION true
        AUGMENT_AGENT true
        ANTIGRAVITY_AGENT true
        OR_APP_NAME equals Aider
        OR_APP_NAME equals plandex
        OR_APP_NAME equals OpenHands
        """;

    /// <summary>The variable that shows it; null: none.</summary>
    internal static string? Find(SdkEnvironment environment) => VariableTable.Find(Table, environment);
}

static class ContainerTable
{
    const int MaxReadBytes = 8192;

    const string Table =
        """
        KUBERNETES_SERVICE_HOST true
        DOTNET_RUNNING_IN_CONTAINER true
        container true
        USERNAME equals ContainerAdministrator
        USERNAME equals ContainerUser
        """;

    // The two users exist in Windows containers. The files are made by Docker; by podman and CRI-O; by Kubernetes in a
    // pod that has a service account.
    static readonly string[] Files =
        ["/.dockerenv", "/run/.containerenv", "/var/run/secrets/kubernetes.io/serviceaccount"];

    static readonly string[] Groups = ["docker", "containerd", "kubepods", "libpod", "crio", "lxc"];

    static readonly string[] Stores =
        ["/docker/", "/containers/storage/", "/containerd/", "io.containerd", "/kubelet/", "/crio/"];

    internal static bool Find(SdkEnvironment environment)
    {
        if (ShowsByVariable(environment))
            return true;
        foreach (var file in Files)
        {
            if (Path.Exists(file))
                return true;
        }

        return OperatingSystem.IsLinux() && (IsGroup(Read("/proc/1/cgroup")) || IsMount(Read("/proc/self/mountinfo")));
    }

    internal static bool ShowsByVariable(SdkEnvironment environment) =>
        VariableTable.Find(Table, environment) is not null;

    /// <summary>With control groups version 1 the group of process 1 names the container engine.</summary>
    internal static bool IsGroup(string text) => HasAny(text, Groups);

    /// <summary>
    /// With version 2 the group is just <c>/</c>, but the root, or the file with the host name, is mounted from the
    /// store of a container engine. Only these two mounts count: a machine that runs containers also has their mounts.
    /// </summary>
    internal static bool IsMount(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(' ') is [_, _, _, _, "/" or "/etc/hostname", ..] && HasAny(line, Stores))
                return true;
        }

        return false;
    }

    static bool HasAny(string text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    static string Read(string path)
    {
        Span<byte> bytes = stackalloc byte[MaxReadBytes];
        try
        {
            return Encoding.UTF8.GetString(bytes[..Math.Max(0, RawFile.ReadStart(path, bytes))]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SelfLog.Report("The file " + path + " could not be read.", e);
            return "";
        }
    }
}

static class DevTable
{
    // A debug build and a version like `1.4.2-dev.3` belong to the developers wherever they run. The variable is for a
    // release build on a developer's machine.
    const string Label = "dev";

    const string Table =
        """
        TALLYMARK_DEV true
        """;

    internal static bool Find(ToolDefinition tool, SdkEnvironment environment) =>
        tool.Development || HasLabel(tool.Version) || VariableTable.Find(Table, environment) is not null;

    static bool HasLabel(string version)
    {
        var at = version.IndexOf('-', StringComparison.Ordinal);
        if (at < 0 || string.CompareOrdinal(version, at + 1, Label, 0, Label.Length) != 0)
            return false;
        at += 1 + Label.Length;
        return at == version.Length || version[at] is '.' or '+';
    }
}

static class EnvironmentTable
{
    /// <summary>Adds the set, sorted.</summary>
    internal static void Add(LineBuffer to, ToolDefinition tool, SdkEnvironment environment)
    {
        to.Add((byte)'[');
        AddIf(AgentTable.Find(environment) is not null, "agent", to);
        AddIf(CiTable.Find(environment) is not null, "ci", to);
        AddIf(ContainerTable.Find(environment), "container", to);
        AddIf(DevTable.Find(tool, environment), "dev", to);
        AddIf(environment.IsTerminal(0) && environment.IsTerminal(2), "interactive", to);
        to.Add((byte)']');
    }

    static void AddIf(bool condition, string name, LineBuffer to)
    {
        if (!condition)
            return;
        if (to.Written[^1] != '[')
            to.Add((byte)',');
        to.AddQuoted(name);
    }
}
