// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>
/// The store could not do what was asked. The message says what failed, where, and what the operator can do.
/// </summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Stored data is damaged. Retrying does not help: an operator restores it from a backup or removes it from the store
/// (<c>tallymark repair</c>).
/// </summary>
public class DamagedStoreException(string message, Exception? inner = null) : StoreException(message, inner);
