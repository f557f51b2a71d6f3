// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Tests;

/// <summary>
/// Text that identifies a person (names, addresses, paths, anything typed), generated at random; and the search for it,
/// whole or in part.
/// </summary>
static partial class Personal
{
    /// <summary>The length of a piece that can identify a person: that of a first name. Characters.</summary>
    public const int Piece = 6;

    const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>
    /// User names, e-mail addresses, paths of three systems, addresses of machines and pages, hardware addresses, any
    /// text at all.
    /// </summary>
    public static Gen<string> Text { get; } = Gen.OneOf(
        User, Mail, Gen.OneOf(UnixPath, WindowsPath), Gen.OneOf(Page, Repository), Gen.OneOf(IPv4, IPv6, Mac), Sentence,
        ArbMap.Default.GeneratorFor<string>().Where(text => text is not null));

    static Gen<string> Word => Of(Letters + "äöüßéøıİ名山", 6, 14);

    static Gen<string> User => from word in Of(Letters.ToLowerInvariant(), 6, 12)
                               from number in Gen.Elements("", "7", "1984", ".work", "_x")
                               select word + number;

    static Gen<string> Mail => from user in User
                               from host in Of(Letters.ToLowerInvariant(), 6, 12)
                               from top in Gen.Elements("example", "test", "co.example")
                               select $"{user}@{host}.{top}";

    static Gen<string> UnixPath => from user in User
                                   from words in Word.ListOf(2)
                                   from top in Gen.Elements("/home/", "/Users/", "~/", "../")
                                   select $"{top}{user}/{string.Join('/', words)}.cs";

    static Gen<string> WindowsPath => from user in User
                                      from words in Word.ListOf(2)
                                      from top in Gen.Elements("C:\\Users\\", @"\\server\", "D:")
                                      select $"{top}{user}\\{string.Join('\\', words)}.txt";

    static Gen<string> Page => from user in User
                               from words in Word.ListOf(2)
                               from scheme in Gen.Elements("https", "HTTP", "s3", "ftp", "my-own+scheme")
                               select $"{scheme}://{user}:{words[0]}@{words[1]}.example/{user}?q={words[0]}#x";

    static Gen<string> Repository => from user in User from word in Word select $"git@{word}.example:{user}/{word}.git";

    static Gen<string> IPv4 => from numbers in Gen.Choose(1, 254).ListOf(4) select string.Join('.', numbers);

    static Gen<string> IPv6 =>
        from groups in Gen.Choose(0x1000, 0xffff)
            .ListOf(8)
        select string.Join(':', groups.Select(g => g.ToString("x4", null)));

    static Gen<string> Mac =>
        from bytes in Gen.Choose(0, 255).ListOf(6) select string.Join(':', bytes.Select(b => b.ToString("x2", null)));

    static Gen<string> Sentence =>
        from words in Word.ListOf(4) select $"could not open \"{words[0]} {words[1]}\": {words[2]}\t{words[3]}\n";

    /// <summary>
    /// Finds a text in the sent bytes: the text itself, each of its pieces, or its hexadecimal or base64 form. A text
    /// that its type allows unchanged (digits, a version) identifies no person, and neither does a piece that occurs in
    /// <paramref name="always"/>, which is sent whatever values the program sets.
    /// </summary>
    public static IEnumerable<string> FindIn(string left, string always, string text)
    {
        if (Harmless().IsMatch(text) || Guid.TryParse(text, out _))
            return [];
        var bytes = Encoding.UTF8.GetBytes(text);
        IEnumerable<string> forms = bytes.Length < Piece
            ? []
            : [
                text, Encoding.Latin1.GetString(bytes), Convert.ToHexString(bytes),
                Convert.ToBase64String(bytes).TrimEnd('='),
            ];
        return forms.Concat(Pieces(text)).Where(form =>
            left.Contains(form, StringComparison.OrdinalIgnoreCase) && !always.Contains(
                form, StringComparison.OrdinalIgnoreCase));
    }

    // A piece of only hexadecimal digits, dots and dashes can occur in any id by chance.
    static IEnumerable<string> Pieces(string text)
    {
        for (var start = 0; start + Piece <= text.Length; start++)
        {
            var piece = text.Substring(start, Piece);
            if (Telling().IsMatch(piece))
                yield return piece;
        }
    }

    static Gen<string> Of(string characters, int shortest, int longest) =>
        from length in Gen.Choose(shortest, longest)
        from text in Gen.Elements(characters.ToCharArray()).ListOf(length)
        select new string([.. text]);

    [GeneratedRegex(@"\A[0-9]{1,19}\z|\A[0-9]{1,9}(\.[0-9]{1,9}){0,2}(-(beta|rc)(\.[0-9]{1,9})?)?\z")]
    private static partial Regex Harmless();

    [GeneratedRegex("[^0-9a-fA-F.:-]")]
    private static partial Regex Telling();
}
