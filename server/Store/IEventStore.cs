// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>
/// A storage engine that has every role. Only the composition of a program and tests use this type; a consumer takes
/// the role that it needs. Data of different tools is kept apart. Thread-safe: any thread may call any member at any
/// time; calls that write to one tool run one at a time. Finish all calls before disposing.
/// </summary>
public interface IEventStore
    : IEventWriter, ICellReader, IStoreMaintenance, IRawQuery, IBackupSource, IStoreCheck, IDisposable;
