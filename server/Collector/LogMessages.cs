// SPDX-License-Identifier: MIT
// Every line that the collector logs. Never a payload, an address, a header, or anything else that a client sent.

using Microsoft.Extensions.Logging;

namespace Tallymark.Collector;

static partial class LogMessages
{
    [LoggerMessage(100, LogLevel.Information, "Collecting for {Tools} tools")]
    public static partial void Started(this ILogger log, int tools);

    [LoggerMessage(101, LogLevel.Information, "Manifest {Tool} {Version} accepted")]
    public static partial void ManifestAccepted(this ILogger log, string tool, int version);

    [LoggerMessage(102, LogLevel.Error, "Manifest refused: {Finding}")]
    public static partial void ManifestRefused(this ILogger log, string finding);

    [LoggerMessage(103, LogLevel.Warning, "No manifest was accepted: every batch is of an unknown tool")]
    public static partial void NoManifest(this ILogger log);

    [LoggerMessage(104, LogLevel.Warning, "No country table: the country of every event stays empty")]
    public static partial void NoCountries(this ILogger log);

    [LoggerMessage(105, LogLevel.Information, "Stopping: finishing what was received")]
    public static partial void Stopping(this ILogger log);

    [LoggerMessage(106, LogLevel.Information, "Stopped: everything acknowledged is on disk")]
    public static partial void Stopped(this ILogger log);

    [LoggerMessage(107, LogLevel.Information, "Settings of {Tool} accepted")]
    public static partial void SettingsAccepted(this ILogger log, string tool);

    [LoggerMessage(108, LogLevel.Error, "Settings of {Tool} refused, what held before goes on: {Reason}")]
    public static partial void SettingsRefused(this ILogger log, string tool, string reason);

    [LoggerMessage(109, LogLevel.Warning, "No notices of changes in {Folder}, it is looked through once a minute: {Reason}")]
    public static partial void NoNotices(this ILogger log, string folder, string reason);

    [LoggerMessage(110, LogLevel.Information, "Totals of {Tool} begin with the {Rows} events that the store has")]
    public static partial void TotalsBegun(this ILogger log, string tool, long rows);

    [LoggerMessage(
        111, LogLevel.Warning, "The store has {Rows} events more of {Tool} than were noted when the collector was ended: they are counted now")]
    public static partial void TotalsBehind(this ILogger log, long rows, string tool);

    [LoggerMessage(
        112, LogLevel.Error,
        "The store lacks {Rows} events of {Tool} that were noted as stored. Is its file an older copy? To count from what is there, stop and remove {Path}")]
    public static partial void RowsMissing(this ILogger log, long rows, string tool, string path);

    [LoggerMessage(113, LogLevel.Error, "Totals of {Tool} can't be used, they begin anew: {Reason}")]
    public static partial void TotalsDamaged(this ILogger log, string tool, string reason);

    [LoggerMessage(114, LogLevel.Error, "Totals of {Tool} were not noted, tried again soon: {Reason}")]
    public static partial void TotalsNotWritten(this ILogger log, string tool, string reason);

    [LoggerMessage(115, LogLevel.Critical, "What is done every {Interval} broke, and is tried again: {Kind}\n{Stack}")]
    public static partial void RoundBroke(this ILogger log, System.TimeSpan interval, string kind, string? stack);

    [LoggerMessage(116, LogLevel.Error, "The disk has {Free} MiB left, less than the reserve of {Reserve} MiB: batches are refused until there is room")]
    public static partial void DiskLow(this ILogger log, long free, long reserve);

    [LoggerMessage(117, LogLevel.Information, "The disk has {Free} MiB left: batches are taken again")]
    public static partial void DiskEnough(this ILogger log, long free);

    [LoggerMessage(118, LogLevel.Error, "The disk can't be asked for its free space: {Reason}")]
    public static partial void DiskNotAsked(this ILogger log, string reason);

    [LoggerMessage(119, LogLevel.Information, "New certificate, it ends on {Ends}")]
    public static partial void CertificateRead(this ILogger log, string ends);

    [LoggerMessage(120, LogLevel.Error, "New certificate refused, the old one goes on: {Reason}")]
    public static partial void CertificateRefused(this ILogger log, string reason);

    [LoggerMessage(121, LogLevel.Information, "It was ended while rows of {Tool} were being removed: the {Rows} that are gone count as removed")]
    public static partial void RemovedUnnoted(this ILogger log, long rows, string tool);

    [LoggerMessage(122, LogLevel.Information, "Files of {Tool} tended: {Installations} deleted installations and {Rows} events past their time are gone from the disk, {Files} files written anew")]
    public static partial void Tended(this ILogger log, string tool, int installations, long rows, int files);

    [LoggerMessage(123, LogLevel.Error, "Files of {Tool} were not tended, tried again soon; what was stored is safe: {Reason}")]
    public static partial void TendFailed(this ILogger log, string tool, string reason);

    [LoggerMessage(124, LogLevel.Information, "Backup of {Tools} tools finished: {Files} files, {Size} MiB")]
    public static partial void BackedUp(this ILogger log, int tools, int files, long size);

    [LoggerMessage(200, LogLevel.Error, "Commit for {Tool} failed; its batches, {Batches} in this commit, stay in the journal and are tried again each second: {Reason}")]
    public static partial void CommitFailed(this ILogger log, string tool, int batches, string reason);

    [LoggerMessage(
        201, LogLevel.Critical, "Commit for {Tool} broke; its batches, {Batches} in this commit, stay in the journal and are tried again each second: {Kind}\n{Stack}")]
    public static partial void CommitBroke(this ILogger log, string tool, int batches, string kind, string? stack);

    [LoggerMessage(202, LogLevel.Error, "The store did not close: {Reason}")]
    public static partial void StoreDidNotClose(this ILogger log, string reason);

    [LoggerMessage(203, LogLevel.Error, "A question of the control socket failed: {Reason}")]
    public static partial void QuestionFailed(this ILogger log, string reason);

    [LoggerMessage(205, LogLevel.Error, "A deletion for {Tool} failed and was refused until later: {Reason}")]
    public static partial void DeletionFailed(this ILogger log, string tool, string reason);

    [LoggerMessage(206, LogLevel.Information, "Commits for {Tool} work again")]
    public static partial void CommitsWork(this ILogger log, string tool);

    [LoggerMessage(220, LogLevel.Error, "The journal can't be written, batches are refused until it can: {Reason}")]
    public static partial void JournalFailed(this ILogger log, string reason);

    [LoggerMessage(221, LogLevel.Critical, "The journal broke, batches are refused until it works: {Kind}\n{Stack}")]
    public static partial void JournalBroke(this ILogger log, string kind, string? stack);

    [LoggerMessage(226, LogLevel.Information, "The journal is written again; {Batches} batches were refused meanwhile")]
    public static partial void JournalWorks(this ILogger log, long batches);

    [LoggerMessage(227, LogLevel.Warning, "The last {Bytes} bytes of {Path} are of no whole batch: the collector ended while it wrote, before it acknowledged them")]
    public static partial void JournalTorn(this ILogger log, string path, long bytes);

    [LoggerMessage(228, LogLevel.Error, "A batch of {Tool} was refused until later, since the store can't be asked: {Reason}")]
    public static partial void StoreCannotSay(this ILogger log, string tool, string reason);

    [LoggerMessage(
        222, LogLevel.Error,
        "A file of the journal was damaged; its {Batches} whole batches are stored, {Bytes} bytes are of none. It is kept as {Path}")]
    public static partial void JournalDamaged(this ILogger log, string path, long bytes, int batches);

    [LoggerMessage(223, LogLevel.Warning, "{Path} is in the store and could not be deleted: {Reason}")]
    public static partial void JournalFileStays(this ILogger log, string path, string reason);

    [LoggerMessage(224, LogLevel.Information, "{Batches} batches were in the journal and are now in the store")]
    public static partial void JournalRead(this ILogger log, int batches);

    [LoggerMessage(225, LogLevel.Error, "The store did not take {Events} events; they stay in the journal for the next start")]
    public static partial void StaysInJournal(this ILogger log, long events);

    [LoggerMessage(300, LogLevel.Critical, "A request broke the collector: {Kind}\n{Stack}")]
    public static partial void RequestBroke(this ILogger log, string kind, string? stack);

    [LoggerMessage(301, LogLevel.Error, "{Method} {Path} answered {Status}: spec/openapi.json does not have that")]
    public static partial void UndocumentedAnswer(this ILogger log, string method, string path, int status);
}
