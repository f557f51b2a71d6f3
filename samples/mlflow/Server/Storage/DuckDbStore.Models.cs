// SPDX-License-Identifier: MIT
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Mlflow.Entities;
using Mlflow.Stores;

namespace Mlflow.Server.Storage;

sealed partial class DuckDbStore
{
    public Task<LoggedModel> CreateLoggedModel(LoggedModel model)
    {
        RequireRun(model.RunId);
        var saved = model with { ModelId = NewId() };
        database.Execute(
            "insert into logged_models values ($1, $2, $3, $4, $5, $6)", saved.ModelId, saved.RunId, saved.Name,
            saved.Flavor, saved.Content, JsonSerializer.Serialize(saved.Attributes, MlflowJson.Options));
        return Task.FromResult(saved);
    }

    public Task<LoggedModel> GetLoggedModel(string modelId) => Task.FromResult(Only(
        database.Query(
            "select id, run_id, name, flavor, content, attributes from logged_models where id = $1",
            row => new LoggedModel(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), BytesOf(row, 4),
                JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(5), MlflowJson.Options)!),
            modelId),
        modelId));

    public Task CreateRegisteredModel(string name) =>
        database.Execute("insert into registered_models values ($1) on conflict do nothing", name) == 1
            ? Task.CompletedTask : throw new MlflowException($"The registered model '{name}' exists already.");

    public Task<ModelVersion> CreateModelVersion(string name, string source)
    {
        var versions = database.Query(
            """
            insert into model_versions
            select m.name, (select coalesce(max(v.version), 0) + 1 from model_versions v where v.name = m.name), $2
            from registered_models m where m.name = $1 returning version
            """,
            row => row.GetInt32(0), name, source);
        return Task.FromResult(new ModelVersion(name, Only(versions, name), source));
    }

    public Task<Prompt> CreatePrompt(string name, string template)
    {
        var versions = database.Query(
            """
            insert into prompts
            select $1, (select coalesce(max(version), 0) + 1 from prompts where name = $1), $2 returning version
            """,
            row => row.GetInt32(0), name, template);
        return Task.FromResult(new Prompt(name, Only(versions, name), template));
    }

    public Task<Prompt> GetPrompt(string name, string versionOrAlias)
    {
        var number = int.TryParse(versionOrAlias, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        return Task.FromResult(Only(
            database.Query(
                """
                select name, version, template from prompts where name = $1
                and version = coalesce((select version from prompt_aliases where name = $1 and alias = $2), $3)
                """,
                PromptOf, name, versionOrAlias, number),
            $"{name}/{versionOrAlias}"));
    }

    public Task SetPromptAlias(string name, string alias, int version)
    {
        var set = database.Execute(
            """
            insert or replace into prompt_aliases
            select name, $2, version from prompts where name = $1 and version = $3
            """,
            name, alias, version);
        return set == 1 ? Task.CompletedTask : throw new MlflowException($"There is no '{name}/{version}'.");
    }

    public Task<IReadOnlyList<Prompt>> ListPrompts() => Rows(database.Query(
        "select name, max(version), arg_max(template, version) from prompts group by name order by name", PromptOf));

    static Prompt PromptOf(DbDataReader row) => new(row.GetString(0), row.GetInt32(1), row.GetString(2));

    static byte[] BytesOf(DbDataReader row, int column)
    {
        using var stream = row.GetStream(column);
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
