// SPDX-License-Identifier: MIT
namespace Tallymark.Support;

/// <summary>
/// The wall clock of the processes that get <see cref="Variables"/>, also while they run (<c>eng/clock.c</c>). Their
/// monotonic clocks are not changed.
/// </summary>
sealed class MovedClock : IDisposable
{
    static readonly Lazy<string?> Library = new(Build);

    readonly TempFolder _folder = new("tallymark-clock-");

    MovedClock(string library)
    {
        Move(TimeSpan.Zero);
        Variables = new(StringComparer.Ordinal) { ["LD_PRELOAD"] = library, ["CLOCK_OFFSET"] = _folder["offset"] };
    }

    /// <summary>The variables of the processes.</summary>
    public Dictionary<string, string> Variables { get; }

    /// <summary>A clock that is not moved yet; null where the clock of a process can't be moved: that needs Linux and a
    /// C compiler.</summary>
    public static MovedClock? TryCreate() => Library.Value is { } library ? new MovedClock(library) : null;

    /// <summary>A clock that is not moved yet. Skips the test where that is impossible.</summary>
    public static MovedClock Create()
    {
        Assert.SkipWhen(Library.Value is null, "A C compiler is required to move the clock of a process.");
        return new MovedClock(Library.Value!);
    }

    /// <summary>Moves it from the real time, at once.</summary>
    public void Move(TimeSpan by)
    {
        // Processes have the file mapped, so its bytes change in place.
        using var file = new FileStream(_folder["offset"], FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes((long)by.TotalSeconds));
    }

    /// <summary>Moves it so that it says this time now.</summary>
    public void MoveTo(DateTimeOffset time) => Move(time - TimeProvider.System.GetUtcNow());

    public void Dispose() => _folder.Dispose();

    static string? Build()
    {
        var library = Path.Combine(AppContext.BaseDirectory, $"clock-{Environment.ProcessId}.so");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(library);
        return OperatingSystem.IsLinux()
            && Programs.Works("cc", "-shared", "-fPIC", "-O1", "-o", library, Repository.PathOf("eng/clock.c"), "-ldl")
                ? library : null;
    }
}
