using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Fpnn;

/// <summary>
/// Reads single values as leniently as RTM demands (rtm-client §0.4, D-1 to D-6). A method that returns false has not moved the reader.
/// </summary>
public static class FpnnValue
{
    private const double TwoTo63 = 9223372036854775808.0;

    /// <summary>D-1: an integer of any width and sign that fits, a float with an integral value, or a decimal string.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadInt64(scoped ref MessagePackReader reader, out long value) =>
        reader.TryReadInt64(out value) || TryReadInt64Leniently(ref reader, out value);

    /// <summary>D-2: a bool, or the integer 0 or 1.</summary>
    public static bool TryReadBoolean(scoped ref MessagePackReader reader, out bool value)
    {
        if (reader.TryReadBool(out value))
            return true;
        var attempt = reader;
        if (!attempt.TryReadInt64(out var number) || number is not (0 or 1))
            return false;
        reader = attempt;
        value = number == 1;
        return true;
    }

    /// <summary>D-6: a float32, a float64 or an integer.</summary>
    public static bool TryReadDouble(scoped ref MessagePackReader reader, out double value)
    {
        if (reader.TryReadDouble(out value))
            return true;
        if (reader.TryReadInt64(out var signed))
        {
            value = signed;
            return true;
        }

        var read = reader.TryReadUInt64(out var unsigned);
        value = unsigned;
        return read;
    }

    /// <summary>D-3: the bytes of a STR or BIN that are valid UTF-8.</summary>
    public static bool TryReadText(scoped ref MessagePackReader reader, out ReadOnlySpan<byte> utf8)
    {
        var attempt = reader;
        if (!attempt.TryReadRaw(out utf8, out _) || !Utf8.IsValid(utf8))
        {
            utf8 = default;
            return false;
        }

        reader = attempt;
        return true;
    }

    /// <summary>D-3: a STR or BIN that is valid UTF-8, as a string.</summary>
    public static bool TryReadString(scoped ref MessagePackReader reader, out string value)
    {
        var read = TryReadText(ref reader, out var utf8);
        value = read ? Encoding.UTF8.GetString(utf8) : string.Empty;
        return read;
    }

    /// <summary>
    /// D-5: the header of a list: an array, or a map whose keys are the elements. After each element of a map its value has to be
    /// skipped.
    /// </summary>
    /// <param name="reader">Stands before the list, afterwards before its first element.</param>
    /// <param name="count">Number of elements, at most as many as bytes remain.</param>
    /// <param name="isMap">Whether a value to be skipped follows each element.</param>
    public static bool TryReadListHeader(scoped ref MessagePackReader reader, out int count, out bool isMap)
    {
        isMap = false;
        if (reader.TryReadArrayHeader(out count))
            return true;
        isMap = reader.TryReadMapHeader(out count);
        return isMap;
    }

    private static bool TryReadInt64Leniently(scoped ref MessagePackReader reader, out long value)
    {
        var attempt = reader;
        value = 0;
        if (attempt.TryReadDouble(out var number))
        {
            // NaN fails every comparison; 2^63 itself is one too many.
            if (!(number >= -TwoTo63 && number < TwoTo63) || Math.Truncate(number) != number)
                return false;
            value = (long)number;
        }
        else if (!attempt.TryReadRaw(out var text, out _) || !TryParseDecimal(text, out value))
        {
            return false;
        }

        reader = attempt;
        return true;
    }

    // Digits with an optional minus and nothing else: no plus, no space, no exponent.
    private static bool TryParseDecimal(ReadOnlySpan<byte> text, out long value)
    {
        if (text.IsEmpty || text[0] == (byte)'+' || !Utf8Parser.TryParse(text, out value, out var consumed) || consumed != text.Length)
        {
            value = 0;
            return false;
        }

        return true;
    }
}
