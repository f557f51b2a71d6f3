// SPDX-License-Identifier: MIT
using System.Text.Json;
using Mlflow.Entities;
using Mlflow.Stores;

namespace Mlflow;

public sealed partial class MlflowClient
{
    /// <summary>Logs a model with its requirements; returns it with its id.</summary>
    /// <param name="runId">The run that made it.</param>
    /// <param name="name">Its name.</param>
    /// <param name="flavor">The library that it was made with, such as <c>sklearn</c>.</param>
    /// <param name="model">The model: the path of a file, a model with code, or any object that JSON can hold.</param>
    /// <param name="options">Optional arguments.</param>
    public Task<LoggedModel> LogModel(
        string runId, string name, string flavor, object model, ModelOptions? options = null) =>
        Telemetry.LogModel(async run =>
        {
            _context.Fill(run);
            run.Flavor = flavor;
            run.Model = ModelKinds.Of(model);
            run.PipRequirements = options?.PipRequirements is not null;
            run.ExtraPipRequirements = options?.ExtraPipRequirements is not null;
            run.CodePaths = options?.CodePaths is not null;
            run.Params = options?.Params is not null;
            run.Metadata = options?.Metadata is not null;
            var attributes = (options ?? new ModelOptions()).ToAttributes();
            return await CreateLoggedModel(
                new LoggedModel("", runId, name, flavor, await ContentOf(model), attributes));
        });

    /// <summary>Saves a model; returns it with its id.</summary>
    public Task<LoggedModel> CreateLoggedModel(LoggedModel model) => Telemetry.CreateLoggedModel(run =>
    {
        _context.Fill(run);
        run.Flavor = model.Flavor;
        return Store.CreateLoggedModel(model);
    });

    /// <summary>Reads a logged model.</summary>
    public Task<LoggedModel> GetLoggedModel(string modelId) => Telemetry.GetLoggedModel(run =>
    {
        _context.Fill(run);
        run.Imports = KnownAssemblies.Loaded();
        return Store.GetLoggedModel(modelId);
    });

    /// <summary>Creates the name under which versions of a model are registered.</summary>
    public Task CreateRegisteredModel(string name) => Telemetry.CreateRegisteredModel(run =>
    {
        _context.Fill(run);
        return Store.CreateRegisteredModel(name);
    });

    /// <summary>Registers the next version of a model.</summary>
    public Task<ModelVersion> CreateModelVersion(string name, string source) => Telemetry.CreateModelVersion(run =>
    {
        _context.Fill(run);
        return Store.CreateModelVersion(name, source);
    });

    static async Task<byte[]> ContentOf(object model)
    {
        try
        {
            return model is string path
                ? await File.ReadAllBytesAsync(path)
                : JsonSerializer.SerializeToUtf8Bytes(model, model.GetType(), MlflowJson.Options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new MlflowException($"The model can't be read: {e.Message}", e);
        }
    }
}
