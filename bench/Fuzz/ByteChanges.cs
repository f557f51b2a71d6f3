// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Bench.Fuzz;

/// <summary>Changes bytes without knowing what they mean. Stateless.</summary>
static class ByteChanges
{
    static readonly string[] Pieces =
    [
        "{", "}", "[", "]", "\"", ",", ":", "null", "NaN", "1e999", "-1", "\\u0000", "\n", "\r\n", "\n\n", "{\"a\":",
        "\"x\":1,", "\0", "\ufeff", "//", "/*",
        "\"withheld\":[],", "\"fields\":{", "true", "                ",
    ];

    public static byte[] Change(byte[] body, Random random)
    {
        if (body.Length == 0)
            return [(byte)random.Next(256)];
        var at = random.Next(body.Length);
        switch (random.Next(10))
        {
            case 0: // another byte
                body[at] = (byte)random.Next(256);
                return body;
            case 1: // a bit
                body[at] ^= (byte)(1 << random.Next(8));
                return body;
            case 2: // cut off
                return body[..at];
            case 3: // a piece removed
                return [.. body[..at], .. body[Math.Min(body.Length, at + random.Next(1, 30))..]];
            case 4: // a piece repeated
                var length = Math.Min(body.Length - at, random.Next(1, 200));
                return [.. body[..(at + length)], .. body[at..]];
            case 5: // a misplaced piece of JSON
                return [.. body[..at], .. Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]), .. body[at..]];
            case 6: // another digit: counts, versions, times
                Nudge(body, at, random, (byte)'0', (byte)'9');
                return body;
            case 7: // another letter: names and values
                Nudge(body, at, random, (byte)'a', (byte)'z');
                return body;
            case 8: // zeros, as a torn disk leaves them
                body.AsSpan(at, Math.Min(body.Length - at, random.Next(1, 64))).Clear();
                return body;
            default: // two pieces swapped
                var middle = random.Next(at, body.Length);
                return [.. body[..at], .. body[middle..], .. body[at..middle]];
        }
    }

    static void Nudge(byte[] body, int from, Random random, byte first, byte last)
    {
        var found = body.AsSpan(from).IndexOfAnyInRange(first, last);
        if (found >= 0)
            body[from + found] = (byte)random.Next(first, last + 1);
    }
}
