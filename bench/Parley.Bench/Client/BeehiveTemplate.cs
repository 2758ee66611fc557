using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Parley.Wire.Beehive;

namespace Parley.Bench.Client;

/// <summary>
/// An encoded packet of beehive in which a few numbers are set for each use. The text of a chat begins with its time of sending, in
/// sixteen letters, so that every message is at least that long.
/// </summary>
internal sealed class BeehiveTemplate
{
    /// <summary>Letters of the time of sending.</summary>
    public const int StampLength = 16;

    private const int Sequence = 28;
    private const ulong ChatTime = 1_500_000_000;

    private static readonly StandardFormat Hexadecimal = new('x', StampLength);

    private readonly byte[] _bytes;
    private readonly int _stamp;

    private BeehiveTemplate(byte[] bytes, int stamp = 0)
    {
        _bytes = bytes;
        _stamp = stamp;
    }

    /// <summary>Length of the packet in bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>CHAT.</summary>
    public static BeehiveTemplate Chat(long session, long user, long partner, int bodyBytes) =>
        MakeChat(BeehiveCommand.Chat, session, bodyBytes, (ulong)user, (ulong)partner, 0, ChatTime);

    /// <summary>ROOM-CHAT. The sub-group is that of the join, as a client sends it.</summary>
    public static BeehiveTemplate RoomChat(long session, long user, long room, int subGroup, int bodyBytes) =>
        MakeChat(BeehiveCommand.RoomChat, session, bodyBytes, (ulong)user, (ulong)room, (ulong)subGroup, 0, ChatTime);

    /// <summary>CHAT-ACK of a receiver: what was received is not kept for it any more.</summary>
    public static BeehiveTemplate ChatAck(long session, long sender, long user)
    {
        var body = new List<byte>();
        BeehiveFields.Add(body, 1, (ulong)sender);
        BeehiveFields.Add(body, 2, (ulong)user);
        BeehiveFields.Add(body, 3, 0);
        BeehiveFields.Add(body, 4, "Ok"u8);
        return new(Packet(BeehiveCommand.ChatAck, session, 0, body));
    }

    /// <summary>ROOM-CHAT-ACK of a receiver.</summary>
    public static BeehiveTemplate RoomChatAck(long session, long user, long room, int subGroup)
    {
        var body = new List<byte>();
        BeehiveFields.Add(body, 1, (ulong)user);
        BeehiveFields.Add(body, 2, (ulong)room);
        BeehiveFields.Add(body, 3, (ulong)subGroup);
        BeehiveFields.Add(body, 4, 0);
        BeehiveFields.Add(body, 5, "Ok"u8);
        return new(Packet(BeehiveCommand.RoomChatAck, session, 0, body));
    }

    /// <summary>ONLINE.</summary>
    public static byte[] Online(long session, ulong sequence, long user, string token)
    {
        var body = new List<byte>();
        BeehiveFields.Add(body, 1, (ulong)user);
        BeehiveFields.Add(body, 2, (ulong)session);
        BeehiveFields.Add(body, 3, Encoding.ASCII.GetBytes(token));
        BeehiveFields.Add(body, 4, "bench"u8);
        BeehiveFields.Add(body, 5, "1.0"u8);
        return Packet(BeehiveCommand.Online, session, sequence, body);
    }

    /// <summary>ROOM-JOIN.</summary>
    public static byte[] Join(long session, ulong sequence, long user, long room)
    {
        var body = new List<byte>();
        BeehiveFields.Add(body, 1, (ulong)user);
        BeehiveFields.Add(body, 2, (ulong)room);
        return Packet(BeehiveCommand.RoomJoin, session, sequence, body);
    }

    /// <summary>PING.</summary>
    public static byte[] Ping(long session, ulong sequence) => Packet(BeehiveCommand.Ping, session, sequence, []);

    /// <summary>Reads the time of sending at the beginning of what was said; 0 when it is none.</summary>
    public static long ReadStamp(ReadOnlySpan<byte> text) =>
        text.Length >= StampLength && Utf8Parser.TryParse(text[..StampLength], out long stamp, out var read, 'x') && read == StampLength ? stamp : 0;

    /// <summary>Writes a time of sending.</summary>
    public static void WriteStamp(Span<byte> text, long stamp) => Utf8Formatter.TryFormat(stamp, text, out _, Hexadecimal);

    /// <summary>Writes a chat.</summary>
    public void Write(Span<byte> target, ulong sequence, long stamp)
    {
        _bytes.CopyTo(target);
        BinaryPrimitives.WriteUInt64BigEndian(target[Sequence..], sequence);
        WriteStamp(target[_stamp..], stamp);
    }

    /// <summary>Writes an acknowledgement of what came with this header.</summary>
    public void WriteAck(Span<byte> target, ReadOnlySpan<byte> header)
    {
        _bytes.CopyTo(target);
        header[Sequence..BeehiveHeader.HeadLength].CopyTo(target[Sequence..]); // seq, dsid and dseq as they came
    }

    private static BeehiveTemplate MakeChat(BeehiveCommand command, long session, int bodyBytes, params ReadOnlySpan<ulong> numbers)
    {
        var body = new List<byte>();
        for (var i = 0; i < numbers.Length; i++)
            BeehiveFields.Add(body, i + 1, numbers[i]);
        var text = QuestTemplate.Body(Math.Max(bodyBytes, StampLength));
        BeehiveFields.Add(body, numbers.Length + 1, text);
        var bytes = Packet(command, session, 0, body);
        return new(bytes, bytes.Length - text.Length);
    }

    private static byte[] Packet(BeehiveCommand command, long session, ulong sequence, List<byte> body)
    {
        var bytes = new byte[BeehiveHeader.HeadLength + body.Count];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)command);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), (uint)body.Count);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), (ulong)session);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(Sequence), sequence);
        body.CopyTo(bytes, BeehiveHeader.HeadLength);
        return bytes;
    }
}
