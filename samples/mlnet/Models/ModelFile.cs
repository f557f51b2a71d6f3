// SPDX-License-Identifier: MIT
using System.IO.Compression;
using System.Text.Json;
using Mlnet.Training;

namespace Mlnet.Models;

/// <summary>
/// A model's file: a ZIP archive with <c>model.json</c> and, unless it predicts ratings, the model of Microsoft.ML.
/// </summary>
static class ModelFile
{
    const string Description = "model.json", Linear = "linear.zip";

    /// <summary>Writes the file under a temporary name and renames it, so that it is whole or absent.</summary>
    public static void Write(string path, SavedModel model)
    {
        var unfinished = path + ".tmp";
        File.Delete(unfinished); // of a run that was killed
        using (var archive = ZipFile.Open(unfinished, ZipArchiveMode.Create))
        {
            using (var description = archive.CreateEntry(Description).Open())
                JsonSerializer.Serialize(description, model, SavedModelJson.Default.SavedModel);
            if (model.Linear is not null)
            {
                using var content = new MemoryStream(); // Microsoft.ML needs a stream that can seek
                model.Linear.Save(content);
                using var entry = archive.CreateEntry(Linear, CompressionLevel.NoCompression).Open();
                content.WriteTo(entry);
            }
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Reads a model; null if the file is not one.</summary>
    public static SavedModel? Read(string path, out Problem? problem)
    {
        try
        {
            problem = null;
            using var archive = ZipFile.OpenRead(path);
            if (archive.GetEntry(Description) is { } description && Read(description) is { } model)
            {
                if (model.Ratings is not null && model is { UserColumn: not null, ItemColumn: not null }) return model;
                if (model.Encoder is not null && archive.GetEntry(Linear) is { } linear)
                    return model with { Linear = ReadLinear(linear, model.Encoder.Width) };
            }
        }
        catch (Exception e) when (e is InvalidDataException or JsonException)
        {
            // Not a ZIP archive, or not our JSON: the same message as for another archive.
        }

        problem = new(ExitCode.BadModel, $"{path}: not a model that 'mlnet' has written");
        return null;
    }

    static SavedModel? Read(ZipArchiveEntry description)
    {
        using var stream = description.Open();
        return JsonSerializer.Deserialize(stream, SavedModelJson.Default.SavedModel);
    }

    static LinearModel ReadLinear(ZipArchiveEntry entry, int width)
    {
        using var stream = entry.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        content.Position = 0;
        return LinearModel.Load(content, width);
    }
}
