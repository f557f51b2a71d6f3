// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;

namespace Tallymark.Upload;

/// <summary>
/// The uploader inside a running process: a server, or a library, which has no program that it could start again. One
/// occasion at a time, on a background thread. A process that ends does not wait for it: where it can, it hands the
/// occasion over to a <see cref="LibraryUploader"/>, else the next occasion in any process continues.
/// <see cref="IsDue"/> reads only memory. Except <c>Run</c>, all members are called under the client's lock.
/// </summary>
sealed class BackgroundUpload(ToolDefinition tool, StateFolder state, SdkEnvironment environment, DateTime first)
{
    /// <summary>
    /// A process that can hand its uploads over waits for this long before it does the work itself: most that record in
    /// a library are scripts that end sooner.
    /// </summary>
    static readonly TimeSpan PauseBefore = TimeSpan.FromSeconds(2);

    // Written by the client and, at the end of an occasion, by its thread; read by the client.
    long _next = first.Ticks;
    int _running;
    int _ended;

    // Written under the client's lock, before the occasion's thread starts.
    DueFile _before;
    bool _onlyLimits;

    /// <summary>True if the process hands an occasion over that its end cuts off.</summary>
    internal bool IsHandedOver { get; init; }

    /// <param name="now">The time, UTC.</param>
    /// <param name="full">True if so much was recorded that the time does not matter.</param>
    internal bool IsDue(DateTime now, bool full = false) =>
        (full || now.Ticks >= Volatile.Read(ref _next)) && Volatile.Read(ref _running) == 0;

    /// <summary>True once after each occasion: the uploader's files may have changed.</summary>
    internal bool TakeEnded() => Volatile.Read(ref _ended) != 0 && Interlocked.Exchange(ref _ended, 0) != 0;

    /// <summary>
    /// Claims the occasion for this process unless another process has uploaded in the meantime. If it returns true,
    /// the caller closes its spool file, so that this upload takes it too, and calls <see cref="Start"/>. The claim
    /// counts as no failure: a process that ends before its thread reaches the network has learnt nothing. The uploader
    /// counts the occasion when it begins to connect. If so much was recorded that the time does not matter, but the
    /// last upload failed, nothing is claimed, and the thread only applies the limits.
    /// </summary>
    internal bool TryClaim(DateTime now, bool full = false)
    {
        if (!IsDue(now, full))
            return false;
        Volatile.Write(ref _next, (now + UploaderProcess.Claim).Ticks);
        _onlyLimits = false;
        try
        {
            _before = DueFile.Read(state.Due, now) ?? new DueFile(now, 0, 0);
            _onlyLimits = full && _before.Failures > 0 && !_before.IsDue(now);
            if (_onlyLimits || !(full || _before.IsDue(now)))
            {
                Volatile.Write(ref _next, _before.Time.Ticks);
                return _onlyLimits;
            }

            var next = now + UploaderProcess.Claim;
            Volatile.Write(ref _next, next.Ticks);
            DueFile.Write(state.Due, next, _before.Failures, _before.Silence);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SelfLog.Report("The upload could not be claimed.", e);
            return false;
        }
    }

    internal void Start()
    {
        Volatile.Write(ref _running, 1);

        // On Linux the priority has no effect. nice(2) is not used: threads that the runtime starts meanwhile for the
        // whole process, such as those that wait for sockets, would inherit it.
        var thread = new Thread(Run)
        {
            IsBackground = true,
            Name = "telemetry upload",
            Priority = ThreadPriority.BelowNormal,
        };
        try
        {
            // Unsafe: without the program's execution context, such as its trace or its user.
            thread.UnsafeStart();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            SelfLog.Report("The upload thread could not be started.", e);
            Volatile.Write(ref _running, 0);
        }
    }

    /// <summary>
    /// True if an occasion is running now. The process is about to end, so it writes the claim with the counts from
    /// before, for another process that does the whole occasion: nothing counts twice.
    /// </summary>
    internal bool TryHandOver(DateTime now)
    {
        if (Volatile.Read(ref _running) == 0 || _onlyLimits)
            return false;
        DueFile.Write(state.Due, now + UploaderProcess.Claim, _before.Failures, _before.Silence);
        return true;
    }

    void Run()
    {
        try
        {
            if (IsHandedOver)
                Thread.Sleep(PauseBefore);
            var uploader = new Uploader(tool, state, environment) { Claimed = _before };
            SingleThreadContext.Run(() => _onlyLimits ? uploader.ApplyLimits() : uploader.Run(wait: false));
            var now = environment.Now;
            if (DueFile.Read(state.Due, now) is { } planned)
                Volatile.Write(ref _next, planned.Time.Ticks);
        }
        catch (Exception e)
        {
            // The edge of the thread. The claim in the file says when the upload is tried again.
            SelfLog.Report("The upload failed.", e);
        }
        finally
        {
            Volatile.Write(ref _ended, 1);
            Volatile.Write(ref _running, 0);
            environment.UploadEnded?.Invoke();
        }
    }

    /// <summary>
    /// Runs all continuations on the upload thread, so that the program's thread pool only does the work of the
    /// sockets.
    /// </summary>
    sealed class SingleThreadContext : SynchronizationContext
    {
        readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work = [];

        public override void Post(SendOrPostCallback d, object? state) => _work.Add((d, state));

        internal static void Run(Func<Task> begin)
        {
            var context = new SingleThreadContext();
            SetSynchronizationContext(context);
            var task = begin();
            _ = task.ContinueWith(
                _ => context._work.CompleteAdding(), CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            foreach (var (callback, state) in context._work.GetConsumingEnumerable())
                callback(state);
            task.GetAwaiter().GetResult();
        }
    }
}
