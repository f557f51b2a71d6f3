// SPDX-License-Identifier: MIT
// The uploader inside a process that goes on: a library, which has no program of its own to start again, or a server.

using System.Collections.Concurrent;

namespace Tallymark.Upload;

/// <summary>
/// One occasion at a time, on a background thread: a process that ends does not wait for it, the next occasion, anywhere,
/// goes on with what it left. <see cref="IsDue"/> looks at nothing but memory; the others are called under the client's lock.
/// </summary>
sealed class BackgroundUpload(ToolDefinition tool, StateFolder state, SdkEnvironment surroundings, DateTime first)
{
    // Written by the client and, when it ends, by the occasion's thread; read by the client.
    long _next = first.Ticks;
    int _running;
    int _ended;

    // Written under the client's lock before the occasion's thread begins.
    DueFile _before;

    internal bool IsDue(DateTime now) => now.Ticks >= Volatile.Read(ref _next) && Volatile.Read(ref _running) == 0;

    /// <summary>True once after each occasion: what the uploader leaves in files may be another.</summary>
    internal bool TakeEnd() => Volatile.Read(ref _ended) != 0 && Interlocked.Exchange(ref _ended, 0) != 0;

    /// <summary>
    /// Looks whether nobody else has uploaded meanwhile, and claims the occasion for this process. If so, the caller closes
    /// its spool file, so that it is taken too, and calls <see cref="Start"/>. The occasion counts as silent until somebody
    /// answers: where a firewall swallows what is asked, a short process ends each time before it knows.
    /// </summary>
    internal bool TryClaim(DateTime now)
    {
        if (!IsDue(now))
            return false;
        Volatile.Write(ref _next, (now + UploaderProcess.Claim).Ticks);
        try
        {
            _before = DueFile.Read(state.Due, now) ?? new DueFile(now, 0, 0);
            if (!_before.IsDue(now))
            {
                Volatile.Write(ref _next, _before.Time.Ticks);
                return false;
            }

            var silence = _before.Silence.Again(now);
            var next = now + (silence.IsLong ? Pauses.ToProbe(random: 0) : UploaderProcess.Claim);
            Volatile.Write(ref _next, next.Ticks);
            DueFile.Write(state.Due, next, Math.Min(_before.Failures + 1, DueFile.MostFailures), silence);
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

        // On Linux the priority changes nothing, and nice(2) would be inherited by threads that the runtime starts on the
        // way for everybody, such as those that wait for sockets.
        var thread = new Thread(Run) { IsBackground = true, Name = "telemetry upload", Priority = ThreadPriority.BelowNormal };
        try
        {
            // Without what flows along with a call of the program, such as its trace or its user.
            thread.UnsafeStart();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            SelfLog.Report("The upload got no thread.", e);
            Volatile.Write(ref _running, 0);
        }
    }

    void Run()
    {
        try
        {
            OneThread.Run(() => new Uploader(tool, state, surroundings) { Claimed = _before }.Run(wait: false));
            var now = surroundings.Now;
            if (DueFile.Read(state.Due, now) is { } planned)
                Volatile.Write(ref _next, planned.Time.Ticks);
        }
        catch (Exception e)
        {
            // The edge of the thread: the claim says when it is tried again.
            SelfLog.Report("The upload failed.", e);
        }
        finally
        {
            Volatile.Write(ref _ended, 1);
            Volatile.Write(ref _running, 0);
            surroundings.UploadEnded?.Invoke();
        }
    }

    /// <summary>Keeps what awaits on the thread that began it, so that the program's thread pool does none of our work but the sockets'.</summary>
    sealed class OneThread : SynchronizationContext
    {
        readonly BlockingCollection<(SendOrPostCallback Act, object? With)> _work = [];

        public override void Post(SendOrPostCallback d, object? state) => _work.Add((d, state));

        internal static void Run(Func<Task> begin)
        {
            var thread = new OneThread();
            SetSynchronizationContext(thread);
            var task = begin();
            _ = task.ContinueWith(
                _ => thread._work.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            foreach (var (act, with) in thread._work.GetConsumingEnumerable())
                act(with);
            task.GetAwaiter().GetResult();
        }
    }
}
