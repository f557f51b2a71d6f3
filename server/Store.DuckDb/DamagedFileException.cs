// SPDX-License-Identifier: MIT

namespace Tallymark.DuckDb;

/// <summary>One file of a tool is damaged (<see cref="DuckDbRepair"/>).</summary>
/// <param name="file">The path of the damaged file.</param>
/// <param name="damage">The damage, a sentence.</param>
/// <param name="advice">The next step of an operator, a sentence.</param>
/// <param name="inner">The cause, if any.</param>
public sealed class DamagedFileException(string file, string damage, string advice, Exception? inner = null)
    : DamagedStoreException($"{damage} {advice}", inner)
{
    /// <summary>The path of the damaged file.</summary>
    public string File => file;

    /// <summary>The damage without the advice.</summary>
    public string Damage => damage;
}
