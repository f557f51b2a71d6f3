// SPDX-License-Identifier: MIT
// Mistakes of a person: on the server's command line, in a request, in a tracking URI.

using System.Net;
using System.Text;

namespace Mlflow.Tests;

public sealed class BadRequestTests
{
    [Theory]
    [InlineData("--listen nonsense", 2, "--listen: 'nonsense' is no address.")]
    [InlineData("--listen 127.0.0.1", 2, "--listen: '127.0.0.1' is no address.")]
    [InlineData("--listen 127.0.0.1:99999", 2, "--listen: '127.0.0.1:99999' is no address.")]
    [InlineData("--listen=no.such.host:5000", 2, "--listen: 'no.such.host:5000' is no address.")]
    [InlineData("--listen", 2, "--listen has no value.")]
    [InlineData("--port 5000", 2, "unknown option '--port'.")]
    [InlineData("--data /dev/null/x", 1, "'/dev/null/x'.")]
    public async Task The_server_does_not_start_with_a_mistake_and_says_it_in_one_line(
        string options, int code, string message)
    {
        using var home = new MlflowHome();
        await home.SetUp();
        var ended = await Serve(home, options.Split(' '));
        Assert.Equal(code, ended.ExitCode);
        Assert.StartsWith("mlflow-server: error: ", ended.Errors, StringComparison.Ordinal);
        Assert.Contains(message, ended.Errors.Split('\n')[0], StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", ended.Errors, StringComparison.Ordinal);
        Assert.Equal("", ended.Output);
        Assert.Empty(home.Recorded());
        Assert.Contains("--listen", (await Serve(home, "--help")).With(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_address_is_taken_records_that_the_gateway_failed_to_start()
    {
        using var home = new MlflowHome();
        await home.SetUp();
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var ended = (await Serve(home, "--listen", $"{taken.LocalEndpoint}", "--data", "data")).With(1);
        Assert.StartsWith("mlflow-server: error: ", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("in use", Assert.Single(ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.Equal(("gateway_start", "failure"), home.Recorded().Select(e => (e.Name, e.Status)).Single());
    }

    [Theory]
    [InlineData("POST", "api/2.0/mlflow/experiments", "{}", "name")]
    [InlineData("POST", "api/2.0/mlflow/experiments", "{\"name\":null}", "name")]
    [InlineData("POST", "api/2.0/mlflow/runs", "{}", "experiment_id")]
    [InlineData("POST", "api/2.0/mlflow/prompts", "{\"name\":\"p\"}", "template")]
    [InlineData("POST", "api/2.0/mlflow/webhooks", "{\"name\":\"w\"}", "url")]
    [InlineData("POST", "api/3.0/mlflow/traces", "[null]", "A trace is null.")]
    [InlineData("POST", "api/3.0/mlflow/traces", "[{\"trace_id\":\"a\"}]", "spans")]
    [InlineData("POST", "api/3.0/mlflow/gateway/endpoints", "{}", "name")]
    [InlineData("POST", "api/3.0/mlflow/gateway/secrets", "{\"name\":\"s\"}", "provider")]
    [InlineData("POST", "gateway/e/mlflow/invocations", "{}", "messages")]
    [InlineData("PUT", "api/3.0/mlflow/gateway/endpoints/e", "{}", "There is no endpoint 'e'.")]
    public async Task A_request_without_a_part_that_it_needs_is_refused_with_the_parts_name(
        string method, string path, string body, string message)
    {
        await using var stores = await Stores.Open("server");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new(method), $"{stores.Address}/{path}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var reply = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Contains(message, (await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://host:port/")]
    [InlineData("/dev/null/runs")]
    public async Task A_tracking_uri_that_leads_nowhere_is_an_error_of_each_call_and_of_no_other_kind(string uri)
    {
        await using var client = new MlflowClient(uri);
        var error = await Assert.ThrowsAsync<MlflowException>(() => client.CreateExperiment("prices"));
        Assert.Contains(uri, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asynchronous_logging_goes_on_after_a_call_that_the_folder_refused()
    {
        await using var stores = await Stores.Open("files");
        var experiment = await stores.Client.CreateExperiment("prices");
        var (bad, run) = (await stores.Client.CreateRun(experiment), await stores.Client.CreateRun(experiment));
        // The first run can't be written: a folder has the name of its new file.
        Directory.CreateDirectory(Path.Combine(stores.Data, "runs", bad.RunId + ".json.new"));
        await using (var other = new MlflowClient(stores.Address))
        {
            await other.LogMetric(bad.RunId, "lost", 1, synchronous: false);
            await other.LogMetric(run.RunId, "kept", 2, synchronous: false);
        }

        Assert.Contains((await stores.Client.Store.GetRun(run.RunId)).Data.Metrics, metric => metric.Key == "kept");
    }

    static Task<Tallymark.Support.ProcessResult> Serve(MlflowHome home, params string[] options) =>
        Tallymark.Support.ProcessRun.Run(
            SampleTool.MlflowServer.Path, options, home.Environment, home.WorkingFolder);
}
