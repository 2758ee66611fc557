using System.Numerics;

namespace Parley.Bench.Client;

/// <summary>Fields of a body of beehive (Protocol Buffers), without a parser: the load generator knows what to look for.</summary>
internal static class BeehiveFields
{
    private const int Varint = 0;
    private const int Bytes = 2;

    /// <summary>Adds a number.</summary>
    public static void Add(List<byte> body, int field, ulong value)
    {
        body.Add((byte)((field << 3) | Varint));
        AddVarint(body, value);
    }

    /// <summary>Adds a text or bytes.</summary>
    public static void Add(List<byte> body, int field, ReadOnlySpan<byte> value)
    {
        body.Add((byte)((field << 3) | Bytes));
        AddVarint(body, (ulong)value.Length);
        body.AddRange(value);
    }

    /// <summary>A number out of a body; 0 when it is not there.</summary>
    public static ulong Number(ReadOnlySpan<byte> body, int field)
    {
        while (TryNext(ref body, out var found, out var number, out _))
        {
            if (found == field)
                return number;
        }
        return 0;
    }

    /// <summary>The first text or bytes of a body: the text of a chat, the data of a push. Empty when there are none.</summary>
    public static ReadOnlySpan<byte> FirstText(ReadOnlySpan<byte> body)
    {
        while (TryNext(ref body, out _, out _, out var text))
        {
            if (!text.IsEmpty)
                return text;
        }
        return default;
    }

    /// <summary>The last text of a body: the words of an error.</summary>
    public static ReadOnlySpan<byte> LastText(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> last = default;
        while (TryNext(ref body, out _, out _, out var text))
        {
            if (!text.IsEmpty)
                last = text;
        }
        return last;
    }

    private static bool TryNext(scoped ref ReadOnlySpan<byte> body, out int field, out ulong number, out ReadOnlySpan<byte> text)
    {
        (field, number) = (0, 0);
        text = default;
        if (!TryVarint(ref body, out var key))
            return false;
        field = (int)(key >> 3);
        if (!TryVarint(ref body, out number))
            return false;
        if ((key & 7) == Varint)
            return true;
        if ((key & 7) != Bytes || number > (ulong)body.Length)
            return false;
        text = body[..(int)number];
        body = body[(int)number..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> body, out ulong value)
    {
        value = 0;
        for (var i = 0; i < body.Length && i < 10; i++)
        {
            value |= (ulong)(body[i] & 0x7f) << (7 * i);
            if (body[i] < 0x80)
            {
                body = body[(i + 1)..];
                return true;
            }
        }
        return false;
    }

    private static void AddVarint(List<byte> body, ulong value)
    {
        for (var left = Math.Max(1, (BitOperations.Log2(value) / 7) + 1); left > 1; left--, value >>= 7)
            body.Add((byte)(value | 0x80));
        body.Add((byte)value);
    }
}
