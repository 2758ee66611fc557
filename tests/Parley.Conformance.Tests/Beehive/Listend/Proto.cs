using System.Text;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>Protocol buffers with the bytes in one's own hand (beehive.md §10).</summary>
public static class Proto
{
    /// <summary>A body of these fields in this order: numbers as varints, texts and bytes with their lengths.</summary>
    public static byte[] Of(params (int Number, object Value)[] fields)
    {
        var bytes = new List<byte>();
        foreach (var (number, value) in fields)
        {
            var raw = value switch
            {
                string text => Encoding.UTF8.GetBytes(text),
                byte[] data => data,
                _ => null,
            };
            PutVarint(bytes, ((ulong)number << 3) | (raw is null ? 0u : 2u));
            if (raw is null)
            {
                PutVarint(bytes, value is ulong big ? big : unchecked((ulong)Convert.ToInt64(value)));
                continue;
            }
            PutVarint(bytes, (ulong)raw.Length);
            bytes.AddRange(raw);
        }
        return [.. bytes];
    }

    /// <summary>The fields of a body in their order.</summary>
    public static IReadOnlyList<(int Number, object Value)> Read(byte[] body)
    {
        var fields = new List<(int, object)>();
        var at = 0;
        while (at < body.Length)
        {
            var tag = ReadVarint(body, ref at);
            var value = ReadVarint(body, ref at);
            if ((tag & 7) != 2)
            {
                Assert.Equal(0ul, tag & 7);
                fields.Add(((int)(tag >> 3), value));
                continue;
            }
            fields.Add(((int)(tag >> 3), body[at..(at + (int)value)]));
            at += (int)value;
        }
        return fields;
    }

    private static void PutVarint(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
    }

    private static ulong ReadVarint(byte[] body, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = body[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
