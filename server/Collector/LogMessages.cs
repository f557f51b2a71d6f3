// SPDX-License-Identifier: MIT

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector;

/// <summary>
/// Every message that the collector logs. None contains a payload, an address, a header, or anything else that a client
/// sent. Ids and levels are stable: operators may filter by them.
/// </summary>
static partial class LogMessages
{
    /// <summary>
    /// Earlier messages could not be written. The log itself writes this one, before the next message that it can
    /// write.
    /// </summary>
    public static readonly EventId LinesLostId = new(99, "LinesLost");

    [LoggerMessage(100, LogLevel.Information, "Started; collecting for {Tools} tools")]
    public static partial void Started(this ILogger log, int tools);

    [LoggerMessage(101, LogLevel.Information, "Manifest {Tool} version {Version} accepted")]
    public static partial void ManifestAccepted(this ILogger log, string tool, int version);

    [LoggerMessage(102, LogLevel.Error, "Manifest refused: {Finding}")]
    public static partial void ManifestRefused(this ILogger log, string finding);

    [LoggerMessage(103, LogLevel.Warning, "No manifest was accepted: every batch is refused as unknown-tool")]
    public static partial void NoManifest(this ILogger log);

    [LoggerMessage(104, LogLevel.Warning, "No country tables: the country of every event stays empty")]
    public static partial void NoCountries(this ILogger log);

    [LoggerMessage(105, LogLevel.Information, "Stopping: writing received batches to the store")]
    public static partial void Stopping(this ILogger log);

    [LoggerMessage(106, LogLevel.Information, "Stopped: everything acknowledged is on disk")]
    public static partial void Stopped(this ILogger log);

    [LoggerMessage(107, LogLevel.Information, "Settings of {Tool} accepted")]
    public static partial void SettingsAccepted(this ILogger log, string tool);

    [LoggerMessage(
        108, LogLevel.Error, "Settings of {Tool} refused; the previous settings stay in effect: {Reason}")]
    public static partial void SettingsRefused(this ILogger log, string tool, string reason);

    [LoggerMessage(
        109, LogLevel.Warning,
        "The system does not report changes in {Folder}; the collector scans it once a minute: {Reason}")]
    public static partial void FolderNotWatched(this ILogger log, string folder, string reason);

    [LoggerMessage(
        110, LogLevel.Information,
        "No saved totals of {Tool}; the totals start at the {Rows} events in the store")]
    public static partial void TotalsBegun(this ILogger log, string tool, long rows);

    [LoggerMessage(
        111, LogLevel.Warning,
        "The previous run was killed before it saved its totals; {Rows} stored events of {Tool} were missing from them "
        + "and are now included")]
    public static partial void TotalsBehind(this ILogger log, long rows, string tool);

    [LoggerMessage(
        112, LogLevel.Error,
        "The store has {Rows} fewer events of {Tool} than the saved totals. A store file may have been replaced by an "
        + "older copy: restore the newer one. To accept the store as it is, stop the collector, delete {Path} and "
        + "start it again")]
    public static partial void RowsMissing(this ILogger log, long rows, string tool, string path);

    [LoggerMessage(
        113, LogLevel.Error,
        "The saved totals of {Tool} can't be used; the totals restart from the events in the store: {Reason}")]
    public static partial void TotalsDamaged(this ILogger log, string tool, string reason);

    [LoggerMessage(114, LogLevel.Error, "The totals of {Tool} were not saved; retrying in seconds: {Reason}")]
    public static partial void TotalsNotWritten(this ILogger log, string tool, string reason);

    [LoggerMessage(
        115, LogLevel.Critical,
        "The periodic task \"{Task}\" failed; it runs again at its next interval: {Kind}\n{Stack}")]
    public static partial void PeriodicTaskFailed(this ILogger log, string task, string kind, string? stack);

    [LoggerMessage(
        116, LogLevel.Error,
        "Disk low: {Free} MiB free, the reserve is {Reserve} MiB. Batches are refused until there is room")]
    public static partial void DiskLow(this ILogger log, long free, long reserve);

    [LoggerMessage(117, LogLevel.Information, "Disk space is back: {Free} MiB free. Batches are accepted again")]
    public static partial void DiskEnough(this ILogger log, long free);

    [LoggerMessage(118, LogLevel.Error, "The free disk space can't be read: {Reason}")]
    public static partial void DiskNotMeasured(this ILogger log, string reason);

    [LoggerMessage(119, LogLevel.Information, "New certificate in use; it expires on {Ends}")]
    public static partial void CertificateRead(this ILogger log, string ends);

    [LoggerMessage(120, LogLevel.Error, "New certificate refused; the previous one stays in use: {Reason}")]
    public static partial void CertificateRefused(this ILogger log, string reason);

    [LoggerMessage(
        121, LogLevel.Information,
        "The previous run was killed while it removed rows of {Tool}; the {Rows} missing rows are counted as removed")]
    public static partial void RemovedUnnoted(this ILogger log, long rows, string tool);

    [LoggerMessage(
        122, LogLevel.Information,
        "Maintenance of {Tool}: removed {Installations} deleted installations and {Rows} expired events from disk, "
        + "rewrote {Files} files")]
    public static partial void FilesMaintained(this ILogger log, string tool, int installations, long rows, int files);

    [LoggerMessage(
        123, LogLevel.Error,
        "Maintenance of the files of {Tool} failed; stored events are safe, retrying soon: {Reason}")]
    public static partial void MaintenanceFailed(this ILogger log, string tool, string reason);

    [LoggerMessage(124, LogLevel.Information, "Backup of {Tools} tools finished: {Files} files, {Size} MiB")]
    public static partial void BackedUp(this ILogger log, int tools, int files, long size);

    [LoggerMessage(
        125, LogLevel.Information, "Reloaded: {Accepted} manifest versions accepted, {Refused} files refused")]
    public static partial void Reloaded(this ILogger log, int accepted, int refused);

    [LoggerMessage(126, LogLevel.Error, "The reload failed; everything stays as it was: {Reason}")]
    public static partial void NotReloaded(this ILogger log, string reason);

    [LoggerMessage(129, LogLevel.Information, "Removed {Lines} lines from the audit log: they reached its maximum age")]
    public static partial void AuditShortened(this ILogger log, int lines);

    [LoggerMessage(130, LogLevel.Error, "Old lines of the audit log can't be removed; retrying later: {Reason}")]
    public static partial void AuditNotShortened(this ILogger log, string reason);

    [LoggerMessage(
        131, LogLevel.Warning,
        "The system allows this process {Files} open files, so the collector serves at most {Connections} connections "
        + "at once. Raise the limit (LimitNOFILE= of the unit, or ulimit -n)")]
    public static partial void FewDescriptors(this ILogger log, long files, int connections);

    [LoggerMessage(
        127, LogLevel.Warning,
        "Requests from {Where} were forwarded by a proxy that no --trusted-proxy names: all its clients share the "
        + "limits of one network, and events get the wrong country. Add --trusted-proxy with the proxy's address, and "
        + "let the proxy set X-Forwarded-For")]
    public static partial void ProxyNotNamed(this ILogger log, string where);

    [LoggerMessage(
        128, LogLevel.Warning,
        "Requests from a trusted proxy have no X-Forwarded-For: all its clients share the limits of one network, and "
        + "events get the wrong country. Let the proxy set that header")]
    public static partial void ProxySilent(this ILogger log);

    [LoggerMessage(
        200, LogLevel.Error,
        "Commit for {Tool} failed; its {Batches} batches stay in the journal and are tried again: {Reason}")]
    public static partial void CommitFailed(this ILogger log, string tool, int batches, string reason);

    [LoggerMessage(
        201, LogLevel.Critical,
        "Commit for {Tool} failed because of a bug; its {Batches} batches stay in the journal and are tried again: "
        + "{Kind}\n{Stack}")]
    public static partial void CommitBroke(this ILogger log, string tool, int batches, string kind, string? stack);

    [LoggerMessage(202, LogLevel.Error, "The store could not be closed: {Reason}")]
    public static partial void StoreDidNotClose(this ILogger log, string reason);

    [LoggerMessage(203, LogLevel.Error, "A read of the store failed: {Reason}")]
    public static partial void StoreReadFailed(this ILogger log, string reason);

    [LoggerMessage(
        205, LogLevel.Error, "A deletion for {Tool} failed; the client was asked to send it again: {Reason}")]
    public static partial void DeletionFailed(this ILogger log, string tool, string reason);

    [LoggerMessage(206, LogLevel.Information, "Commits for {Tool} succeed again")]
    public static partial void CommitsWork(this ILogger log, string tool);

    [LoggerMessage(
        207, LogLevel.Error,
        "A step in the files of {Tool} has not ended after {Seconds} seconds. Its batches stay in the journal, and "
        + "other tools are not affected; it is served again when the step ends. If that never happens, check its disk "
        + "and restart the collector")]
    public static partial void ToolStuck(this ILogger log, string tool, long seconds);

    [LoggerMessage(208, LogLevel.Information, "The step in the files of {Tool} has ended; it is served again")]
    public static partial void ToolFree(this ILogger log, string tool);

    [LoggerMessage(
        220, LogLevel.Error, "The journal can't be written; batches are refused until it can: {Reason}")]
    public static partial void JournalFailed(this ILogger log, string reason);

    [LoggerMessage(
        221, LogLevel.Critical,
        "A journal write failed because of a bug; batches are refused until one succeeds: {Kind}\n{Stack}")]
    public static partial void JournalBroke(this ILogger log, string kind, string? stack);

    [LoggerMessage(
        222, LogLevel.Error,
        "A journal file was damaged; its {Batches} complete batches are stored, {Bytes} bytes could not be read. The "
        + "file is kept as {Path}")]
    public static partial void JournalDamaged(this ILogger log, string path, long bytes, int batches);

    [LoggerMessage(
        223, LogLevel.Warning,
        "Journal file {Path} could not be deleted; its batches are already in the store: {Reason}")]
    public static partial void JournalFileStays(this ILogger log, string path, string reason);

    [LoggerMessage(
        224, LogLevel.Information, "{Batches} batches were left in the journal; they are now in the store")]
    public static partial void JournalRead(this ILogger log, int batches);

    [LoggerMessage(
        225, LogLevel.Error, "The store did not accept {Events} events; they stay in the journal for the next start")]
    public static partial void StaysInJournal(this ILogger log, long events);

    [LoggerMessage(
        226, LogLevel.Information, "The journal can be written again; {Batches} batches were refused meanwhile")]
    public static partial void JournalWorks(this ILogger log, long batches);

    [LoggerMessage(
        227, LogLevel.Warning,
        "The last {Bytes} bytes of {Path} are an incomplete batch: the collector ended while writing it, before "
        + "acknowledging it")]
    public static partial void JournalTorn(this ILogger log, string path, long bytes);

    [LoggerMessage(237, LogLevel.Error, "{Text}")]
    public static partial void BatchesHeld(this ILogger log, string text);

    [LoggerMessage(
        238, LogLevel.Information,
        "{Batches} batches of the journal waited for a manifest; it is there, and they are being stored")]
    public static partial void HeldRead(this ILogger log, int batches);

    [LoggerMessage(
        228, LogLevel.Error, "A batch of {Tool} was refused for now because the store can't be read: {Reason}")]
    public static partial void StoreCannotSay(this ILogger log, string tool, string reason);

    [LoggerMessage(
        235, LogLevel.Error, "The keys of networks can't be saved, so batches are refused for now: {Reason}")]
    public static partial void KeysNotSaved(this ILogger log, string reason);

    [LoggerMessage(236, LogLevel.Error, "Old keys of networks can't be removed: {Reason}")]
    public static partial void KeysNotRemoved(this ILogger log, string reason);

    [LoggerMessage(
        229, LogLevel.Error,
        "{Batches} batches of {Tool} stay in the journal for now; the collector commits them while it serves, "
        + "and other tools are not affected: {Reason}")]
    public static partial void JournalWaits(this ILogger log, int batches, string tool, string reason);

    [LoggerMessage(
        239, LogLevel.Warning,
        "The stored events of {Tool} can't be counted in time, so its totals are as they were saved; the next start "
        + "counts them")]
    public static partial void RowsNotCounted(this ILogger log, string tool);

    [LoggerMessage(
        230, LogLevel.Error,
        "The store of {Tool} can't be read: its batches are refused for now, other tools are not affected. Stop the "
        + "collector and run tallymark repair. {Reason}")]
    public static partial void StoreUnreadable(this ILogger log, string tool, string reason);

    [LoggerMessage(231, LogLevel.Error, "{Doubt}")]
    public static partial void ClockInDoubt(this ILogger log, string doubt);

    [LoggerMessage(
        232, LogLevel.Information,
        "The clock is trusted again; batches are accepted, retention and publishing continue")]
    public static partial void ClockAgrees(this ILogger log);

    [LoggerMessage(233, LogLevel.Warning, "The time of this run could not be saved for the next start: {Reason}")]
    public static partial void ClockNotNoted(this ILogger log, string reason);

    [LoggerMessage(235, LogLevel.Warning, "{Doubt}")]
    public static partial void ClockAhead(this ILogger log, string doubt);

    [LoggerMessage(234, LogLevel.Warning, "Manifest {Tool} version {Version}: {Note}")]
    public static partial void ManifestNeedsMemory(this ILogger log, string tool, int version, string note);

    [LoggerMessage(
        240, LogLevel.Warning,
        "A client of {Tool} sends what the manifest of its version does not declare ({Reason}); it is dropped and "
        + "counted. If the manifest was changed without raising its version, raise the version. Not logged again "
        + "before the next start")]
    public static partial void EventsUndeclared(this ILogger log, string tool, string reason);

    [LoggerMessage(
        241, LogLevel.Error,
        "{Path} is damaged: {Damage}. Collecting goes on; tallymark status says what to do, as long as a good backup "
        + "exists")]
    public static partial void FileDamaged(this ILogger log, string path, string damage);

    [LoggerMessage(242, LogLevel.Information, "{Path} is not damaged any more")]
    public static partial void FileGood(this ILogger log, string path);

    [LoggerMessage(
        243, LogLevel.Information,
        "All files of the store that do not change any more were read through: {Files} files, {MiB} MiB; {Damaged} are "
        + "damaged")]
    public static partial void ReadThrough(this ILogger log, int files, long miB, int damaged);

    [LoggerMessage(244, LogLevel.Error, "Files of the store can't be read through now: {Reason}")]
    public static partial void NotReadThrough(this ILogger log, string reason);

    [LoggerMessage(
        245, LogLevel.Warning, "It could not be saved which files of the store were read through: {Reason}")]
    public static partial void ReadingNotSaved(this ILogger log, string reason);

    [LoggerMessage(
        246, LogLevel.Warning,
        "{Tool}: under {Ids} installation ids events of {Day} came from more than {Networks} networks each. Many "
        + "machines probably share such an id, as after a copy of a home folder into a machine image; it counts as one "
        + "installation")]
    public static partial void IdsShared(this ILogger log, string tool, int ids, int networks, DateOnly day);

    [LoggerMessage(
        247, LogLevel.Error,
        "Known installations of {Tool} are in a damaged file; until it is restored they are taken for new, so that "
        + "they lift no row over a threshold on their first day. Collecting goes on. {Reason}")]
    public static partial void InstallationsDamaged(this ILogger log, string tool, string reason);

    [LoggerMessage(300, LogLevel.Critical, "A request failed because of a bug: {Kind}\n{Stack}")]
    public static partial void RequestBroke(this ILogger log, string kind, string? stack);

    [LoggerMessage(
        301, LogLevel.Error, "{Method} {Path} returned {Status}: spec/openapi.json does not have that status")]
    public static partial void UndocumentedAnswer(this ILogger log, string method, string path, int status);
}
