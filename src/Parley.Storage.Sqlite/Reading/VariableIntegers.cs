using Parley.Core.Storage;

namespace Parley.Storage.Sqlite.Reading;

/// <summary>Integers of one to ten bytes, seven bits each, the lowest first.</summary>
internal static class VariableIntegers
{
    /// <summary>Writes a number that is not negative.</summary>
    public static void Write(List<byte> buffer, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            buffer.Add((byte)(value | 0x80));
        buffer.Add((byte)value);
    }

    /// <summary>Reads a number and goes on behind it.</summary>
    /// <exception cref="StoreException">There is none.</exception>
    public static ulong Read(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }
        throw new StoreException("What the database says of inboxes is damaged: restore a backup.");
    }

    /// <summary>Writes numbers of either sign as differences.</summary>
    public static void WriteDifferences(List<byte> buffer, ReadOnlySpan<long> values)
    {
        var last = 0L;
        foreach (var value in values)
        {
            var difference = value - last;
            Write(buffer, (ulong)((difference << 1) ^ (difference >> 63)));
            last = value;
        }
    }

    /// <summary>Reads as many numbers as there is room for.</summary>
    public static void ReadDifferences(ReadOnlySpan<byte> bytes, Span<long> values)
    {
        var last = 0L;
        foreach (ref var value in values)
        {
            var read = Read(ref bytes);
            value = last += (long)(read >> 1) ^ -(long)(read & 1);
        }
    }
}
