using System.Buffers;

namespace Parley.Wire.Beehive;

/// <summary>
/// The body of CHAT, GROUP-CHAT and ROOM-CHAT over the bytes themselves (beehive §10.2 to §10.4). These three are the hot path, so they are
/// read without an allocation, in about a quarter of the time that the generated messages need. What this type takes and refuses is what
/// the generated <c>Chat</c>, <c>GroupChat</c> and <c>RoomChat</c> take and refuse. Unknown fields stay in <see cref="Bytes"/>; forward
/// those to forward the body unchanged.
/// </summary>
public readonly ref struct BeehiveChatBody
{
    private const int MaxVarintLength = 10;
    private const int MaxFieldsLength = 8 * (1 + MaxVarintLength);

    private readonly int _subGroupStart;
    private readonly int _subGroupEnd;

    private BeehiveChatBody(ReadOnlySpan<byte> bytes, int subGroupStart, int subGroupEnd)
    {
        Bytes = bytes;
        _subGroupStart = subGroupStart;
        _subGroupEnd = subGroupEnd;
    }

    /// <summary>The body as it was read, with its unknown fields; empty for a body that was made here.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>suid or uid: the sender.</summary>
    public ulong Sender { get; init; }

    /// <summary>duid of CHAT, gid of GROUP-CHAT, rid of ROOM-CHAT.</summary>
    public ulong Target { get; init; }

    /// <summary>gid of ROOM-CHAT: the sub-group. 0 in the other two.</summary>
    public uint SubGroup { get; init; }

    /// <summary>Priority, defined by the application.</summary>
    public uint Level { get; init; }

    /// <summary>Clock of the sender, unix seconds.</summary>
    public ulong Time { get; init; }

    /// <summary>The text as it was sent; as in the reference nobody checks that it is valid UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>Bytes to pass through.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>Whether the optional data is there; it may be empty then.</summary>
    public bool HasData { get; init; }

    /// <summary>Reads a body of CHAT or GROUP-CHAT. False when it is none or a required field is missing: answer 20011.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out BeehiveChatBody body) => TryParse(bytes, isRoom: false, out body);

    /// <summary>Reads a body of ROOM-CHAT. False when it is none or a required field is missing: answer 20011.</summary>
    public static bool TryParseRoom(ReadOnlySpan<byte> bytes, out BeehiveChatBody body) => TryParse(bytes, isRoom: true, out body);

    /// <summary>Writes the known fields as a body of CHAT or GROUP-CHAT.</summary>
    public void WriteTo(IBufferWriter<byte> output) => Write(output, isRoom: false);

    /// <summary>Writes the known fields as a body of ROOM-CHAT.</summary>
    public void WriteRoomTo(IBufferWriter<byte> output) => Write(output, isRoom: true);

    /// <summary>
    /// Writes a body of ROOM-CHAT that was read, with another sub-group; all else, also unknown fields, stays as it was. The sub-group
    /// that a client sends is not trusted (§10.4).
    /// </summary>
    public void WriteRoomTo(IBufferWriter<byte> output, uint subGroup)
    {
        if (subGroup == SubGroup)
        {
            output.Write(Bytes);
            return;
        }
        output.Write(Bytes[.._subGroupStart]);
        var span = output.GetSpan(1 + MaxVarintLength);
        var length = 0;
        PutNumber(span, ref length, 3, subGroup);
        output.Advance(length);
        output.Write(Bytes[_subGroupEnd..]);
    }

    /// <summary>How many bytes <see cref="WriteRoomTo(IBufferWriter{byte}, uint)"/> writes.</summary>
    public int RoomLength(uint subGroup)
    {
        if (subGroup == SubGroup)
            return Bytes.Length;
        Span<byte> field = stackalloc byte[1 + MaxVarintLength];
        var length = 0;
        PutNumber(field, ref length, 3, subGroup);
        return Bytes.Length - (_subGroupEnd - _subGroupStart) + length;
    }

    private static bool TryParse(ReadOnlySpan<byte> bytes, bool isRoom, out BeehiveChatBody body)
    {
        body = default;
        ulong sender = 0, target = 0, time = 0;
        uint subGroup = 0, level = 0;
        ReadOnlySpan<byte> text = default, data = default;
        int subGroupStart = 0, subGroupEnd = 0;
        var hasData = false;
        var seen = isRoom ? 0 : 1 << 3;
        var fields = new BeehiveFieldReader(bytes);
        while (!fields.IsAtEnd)
        {
            var start = fields.Position;
            if (!fields.TryReadField(out var field, out var isText, out var number, out var value))
                return false;
            // As numbered in ROOM-CHAT; the other two have no sub-group.
            if (!isRoom && field >= 3)
                field = field < 7 ? field + 1 : uint.MaxValue;
            switch (field)
            {
                case 1 when isText == false:
                    sender = number;
                    break;
                case 2 when isText == false:
                    target = number;
                    break;
                case 3 when isText == false:
                    subGroup = (uint)number;
                    (subGroupStart, subGroupEnd) = (start, fields.Position);
                    break;
                case 4 when isText == false:
                    level = (uint)number;
                    break;
                case 5 when isText == false:
                    time = number;
                    break;
                case 6 when isText == true:
                    text = value;
                    break;
                case 7 when isText == true:
                    data = value;
                    hasData = true;
                    break;
                default:
                    continue;
            }
            seen |= 1 << (int)field;
        }
        const int Required = (1 << 1) | (1 << 2) | (1 << 3) | (1 << 4) | (1 << 5) | (1 << 6);
        if ((seen & Required) != Required)
            return false;
        body = new BeehiveChatBody(bytes, subGroupStart, subGroupEnd)
        {
            Sender = sender,
            Target = target,
            SubGroup = subGroup,
            Level = level,
            Time = time,
            Text = text,
            Data = data,
            HasData = hasData,
        };
        return true;
    }

    private void Write(IBufferWriter<byte> output, bool isRoom)
    {
        var span = output.GetSpan(MaxFieldsLength + Text.Length + Data.Length);
        var length = 0;
        var shift = isRoom ? 1 : 0;
        PutNumber(span, ref length, 1, Sender);
        PutNumber(span, ref length, 2, Target);
        if (isRoom)
            PutNumber(span, ref length, 3, SubGroup);
        PutNumber(span, ref length, 3 + shift, Level);
        PutNumber(span, ref length, 4 + shift, Time);
        PutBytes(span, ref length, 5 + shift, Text);
        if (HasData)
            PutBytes(span, ref length, 6 + shift, Data);
        output.Advance(length);
    }

    private static void PutNumber(Span<byte> span, ref int length, int field, ulong number)
    {
        span[length++] = (byte)(field << 3);
        PutVarint(span, ref length, number);
    }

    private static void PutBytes(Span<byte> span, ref int length, int field, ReadOnlySpan<byte> bytes)
    {
        span[length++] = (byte)((field << 3) | 2);
        PutVarint(span, ref length, (ulong)bytes.Length);
        bytes.CopyTo(span[length..]);
        length += bytes.Length;
    }

    private static void PutVarint(Span<byte> span, ref int length, ulong number)
    {
        for (; number >= 0x80; number >>= 7)
            span[length++] = (byte)(number | 0x80);
        span[length++] = (byte)number;
    }
}
