using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Parley.Wire.Gob;

/// <summary>
/// Writes a frame: a description that never changes and a struct value of type 65 (openim §8.4). The sizes are added up first, so that the
/// frame goes into one span. Fields must come in ascending order; zero values are left out.
/// </summary>
internal ref struct GobWriter
{
    private const int OneByte = 0x80;

    /// <summary>The signed number 65, which the descriptions name.</summary>
    private static ReadOnlySpan<byte> TypeId => [0xff, 0x82];

    private readonly IBufferWriter<byte> _output;
    private readonly Span<byte> _span;
    private int _position;
    private int _index = -1;

    /// <summary>Begins a frame.</summary>
    /// <param name="output">Where the frame goes.</param>
    /// <param name="description">The description message.</param>
    /// <param name="size">The sum of the sizes of all fields.</param>
    public GobWriter(IBufferWriter<byte> output, ReadOnlySpan<byte> description, int size)
    {
        var valueSize = checked(TypeId.Length + size + 1);
        _output = output;
        _span = output.GetSpan(checked(description.Length + SizeOf((ulong)valueSize) + valueSize));
        Append(description);
        AppendUnsigned((ulong)valueSize);
        Append(TypeId);
    }

    /// <summary>The size of a field with its step, which is one byte; 0 for a value that is left out.</summary>
    public static int SizeOfField(int number) => number == 0 ? 0 : 1 + SizeOf(Zigzag(number));

    /// <summary>The size of a field with its step; 0 for a value that is left out.</summary>
    public static int SizeOfField(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? 0 : checked(1 + SizeOf((ulong)bytes.Length) + bytes.Length);

    /// <summary>UTF-8 of a text; in the buffer when it is sure to fit. Half a surrogate pair becomes U+FFFD.</summary>
    public static ReadOnlySpan<byte> Utf8(string text, Span<byte> buffer) => Encoding.UTF8.GetMaxByteCount(text.Length) <= buffer.Length
        ? buffer[..Encoding.UTF8.GetBytes(text, buffer)]
        : Encoding.UTF8.GetBytes(text);

    /// <summary>Writes a number.</summary>
    public void Field(int index, int number)
    {
        if (number == 0)
            return;
        Step(index);
        AppendUnsigned(Zigzag(number));
    }

    /// <summary>Writes a text or bytes.</summary>
    public void Field(int index, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        Step(index);
        AppendUnsigned((ulong)bytes.Length);
        Append(bytes);
    }

    /// <summary>Ends the value and hands the frame over.</summary>
    public void End()
    {
        AppendUnsigned(0);
        _output.Advance(_position);
    }

    private static ulong Zigzag(int number) => number < 0 ? ((ulong)~(long)number << 1) | 1 : (ulong)number << 1;

    private static int SizeOf(ulong value) => value < OneByte ? 1 : 1 + BytesOf(value);

    private static int BytesOf(ulong value) => sizeof(ulong) - (BitOperations.LeadingZeroCount(value) / 8);

    private void Step(int index)
    {
        AppendUnsigned((ulong)(index - _index));
        _index = index;
    }

    private void AppendUnsigned(ulong value)
    {
        if (value < OneByte)
        {
            _span[_position++] = (byte)value;
            return;
        }
        var width = BytesOf(value);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        _span[_position++] = (byte)(256 - width);
        Append(bytes[^width..]);
    }

    private void Append(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_span[_position..]);
        _position += bytes.Length;
    }
}
