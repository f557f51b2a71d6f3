// SPDX-License-Identifier: MIT
namespace Tallymark.Tests;

/// <summary>
/// Our tables compared with those of three other systems that tell people from automation: each of their rows applies
/// here too, or is excluded with a reason.
/// </summary>
public sealed class EnvironmentFactsTests
{
    /// <summary>
    /// Variables of MLflow's, the .NET CLI's and vcpkg's tables of automated builds, as such a build sets them.
    /// </summary>
    const string Ci = """
        MLflow: PYTEST_CURRENT_TEST=a_test.py::a | GITHUB_ACTIONS=true | CI=true | CIRCLECI=true | GITLAB_CI=true | JENKINS_URL=http://jenkins:8080/ | TRAVIS=true
        MLflow: TF_BUILD=True | BITBUCKET_BUILD_NUMBER=7 | CODEBUILD_BUILD_ARN=arn:aws:7 | BUILDKITE=true | TEAMCITY_VERSION=2026.1 | CLOUD_RUN_EXECUTION=job-7
        MLflow: RUNBOT_HOST_URL=http://runbot/ | RUNBOT_BUILD_NAME=7 | RUNBOT_WORKER_ID=7
        .NET: TF_BUILD=True | GITHUB_ACTIONS=true | APPVEYOR=True | CI=true | TRAVIS=true | CIRCLECI=true
        .NET: CODEBUILD_BUILD_ID=7+AWS_REGION=eu-1 | BUILD_ID=7+BUILD_URL=http://jenkins/7 | BUILD_ID=7+PROJECT_ID=p | TEAMCITY_VERSION=2026.1 | JB_SPACE_API_URL=space.example
        vcpkg: TF_BUILD=True | APPVEYOR=True | CODEBUILD_BUILD_ID=7 | CIRCLECI=true | GITHUB_ACTIONS=true | GITLAB_CI=true | HEROKU_TEST_RUN_ID=7
        vcpkg: JENKINS_HOME=/var/jenkins | JENKINS_URL=http://jenkins:8080/ | TEAMCITY_VERSION=2026.1 | TRAVIS=true | CI=true
        """;

    /// <summary>Variables of their tables of coding agents.</summary>
    const string Agents = """
        MLflow: AI_AGENT=some-agent_1 | CODEX_SANDBOX=seatbelt | CODEX_CI=1 | CODEX_THREAD_ID=7 | GEMINI_CLI=1 | COPILOT_CLI=1 | OPENCODE=1 | CLINE_ACTIVE=true | CLINE_AGENT=1
        MLflow: CLAUDECODE=1 | CLAUDE_CODE=1 | CURSOR_TRACE_ID=7 | CURSOR_AGENT=1 | CURSOR_EXTENSION_HOST_ROLE=agent-exec | KIRO_AGENT_PATH=/opt/kiro | PI_CODING_AGENT=true
        .NET: CLAUDE_CODE_IS_COWORK=1 | CLAUDECODE=1 | CLAUDE_CODE=1 | CLAUDE_CODE_ENTRYPOINT=cli | CURSOR_AI=1 | CURSOR_TRACE_ID=7 | CURSOR_AGENT=1 | GEMINI_CLI=1
        .NET: GITHUB_COPILOT_CLI_MODE=1 | GH_COPILOT_WORKING_DIRECTORY=/src | COPILOT_CLI=1 | AI_AGENT=github_copilot_app_agent | AI_AGENT=github_copilot_vscode_agent
        .NET: COPILOT_AGENT=1 | CODEX_CLI=1 | CODEX_SANDBOX=1 | CODEX_CI=1 | CODEX_THREAD_ID=7 | OR_APP_NAME=Aider | OR_APP_NAME=plandex | OR_APP_NAME=OpenHands | AMP_HOME=/opt/amp
        .NET: QWEN_CODE=1 | DROID_CLI=1 | OPENCODE_AI=1 | KIMI_CLI=1 | GOOSE_TERMINAL=1 | CLINE_TASK_ID=7 | ROO_CODE_TASK_ID=7 | WINDSURF_SESSION=7 | AUGMENT_AGENT=1
        .NET: ANTIGRAVITY_AGENT=1 | AGENT_CLI=1
        """;

    /// <summary>
    /// Containers that a variable indicates; in a Windows container it is the name of its only users.
    /// </summary>
    const string Containers = """
        .NET: DOTNET_RUNNING_IN_CONTAINER=true
        podman: container=podman | container=oci
        Kubernetes: KUBERNETES_SERVICE_HOST=10.0.0.1
        vcpkg: USERNAME=ContainerAdministrator | USERNAME=ContainerUser
        """;

    /// <summary>Their rows that we exclude, each with its reason: they must not indicate anything here.</summary>
    const string LeftOut = """
        vcpkg: BUILD_ID=7 | BUILD_NUMBER=7                              | alone they are names that any script of a person has; beside BUILD_URL or PROJECT_ID they count
        vcpkg: VCPKG_NO_CI=1                                            | a switch of that tool
        MLflow: DATABRICKS_RUNTIME_VERSION=15 | IS_IN_DB_MODEL_SERVING_ENV=true | a place where people work, not an automated build
        .NET: CURSOR_EDITOR=1 | ZED_ENVIRONMENT=1 | ZED_TERM=true | REPL_ID=7 | the terminal of an editor, in which a person types
        .NET: COPILOT_MODEL=m | COPILOT_ALLOW_ALL=1 | COPILOT_GITHUB_TOKEN=t | GOOSE_PROVIDER=p | settings that a person keeps in a profile
        any: CI=false | CI=0 | CI= | GITHUB_ACTIONS=false | TF_BUILD=False  | says no
        any: CLAUDECODE=0 | AI_AGENT= | OR_APP_NAME=mine | container= | USERNAME=ann | says no
        """;

    public static TheoryData<string, string> Rows()
    {
        var data = new TheoryData<string, string>();
        (string, string)[] tables = [("ci", Ci), ("agent", Agents), ("container", Containers), ("", LeftOut)];
        foreach (var (kind, text) in tables)
        {
            foreach (var row in text.Split('\n').SelectMany(Cells).Distinct(StringComparer.Ordinal))
                data.Add(kind, row);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_of_their_tables_applies_here_or_is_left_out_for_a_reason(string kind, string row)
    {
        using var home = new UserHome();
        foreach (var variable in row.Split('+'))
            home[variable.Split('=')[0]] = variable[(variable.IndexOf('=', StringComparison.Ordinal) + 1)..];
        Assert.Equal(kind == "ci", CiTable.Find(home.SdkEnvironment) is not null);
        Assert.Equal(kind == "agent", AgentTable.Find(home.SdkEnvironment) is not null);
        Assert.Equal(kind == "container", ContainerTable.ShowsByVariable(home.SdkEnvironment));
    }

    // An entry without `=` is the reason.
    static IEnumerable<string> Cells(string line) =>
        line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split('|', StringSplitOptions.TrimEntries)
            .Where(cell => cell.Contains('='));
}
