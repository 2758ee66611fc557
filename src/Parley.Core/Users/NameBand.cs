using System.Globalization;

namespace Parley.Core.Users;

/// <summary>The band of numbers that is reserved for names, and what a string id stands for (DESIGN §2).</summary>
public static class NameBand
{
    /// <summary>The first number of the band.</summary>
    public const long First = 9_000_000_000_000_000;

    /// <summary>The last number of the band: what JavaScript keeps exact.</summary>
    public const long Last = (1L << 53) - 1;

    /// <summary>Whether a number belongs to the band, so that it is valid only when it was given to a name.</summary>
    public static bool Contains(long id) => id is >= First and <= Last;

    /// <summary>
    /// True when the text is its own number: a canonical positive decimal (no sign, no leading zero) up to 2^63−1 outside the band.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long id)
    {
        id = 0;
        if (text.IsEmpty || text[0] is < '1' or > '9')
            return false;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && !Contains(id);
    }
}
