using System.Buffers.Binary;
using System.Text;
using Parley.Wire.Fpnn;

namespace Parley.Bench.Client;

/// <summary>An encoded quest in which the sequence number and, if it has one, one other number are set for each use.</summary>
internal sealed class QuestTemplate
{
    // as a placeholder the largest number is an int64 of nine bytes; so are those that replace it
    private const long Placeholder = long.MaxValue;
    private const byte Int64Marker = 0xd3;
    private const byte TextType = 51;
    private const byte PageRows = 10;

    private readonly byte[] _bytes;
    private readonly int _number;

    private QuestTemplate(byte[] bytes, string? number)
    {
        _bytes = bytes;
        if (number is null)
            return;
        byte[] key = [.. Encoding.ASCII.GetBytes(number), Int64Marker];
        _number = bytes.AsSpan().IndexOf(key) + key.Length;
    }

    /// <summary>Length of the package in bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary><c>ping</c>.</summary>
    public static QuestTemplate Ping() => new(Frames.Quest("ping"u8, 0), number: null);

    /// <summary><c>sendmsg</c>, <c>sendgroupmsg</c> or <c>sendroommsg</c>; the number is the <c>mid</c>.</summary>
    public static QuestTemplate Send(string method, string targetKey, long target, int bodyBytes)
    {
        var body = Body(bodyBytes);
        return new(
            Frames.Make(Encoding.ASCII.GetBytes(method), 0, 5, (ref writer) =>
            {
                writer.WriteString("mid"u8);
                writer.Write(Placeholder);
                writer.WriteString(targetKey);
                writer.Write(target);
                writer.WriteString("mtype"u8);
                writer.Write(TextType);
                writer.WriteString("msg"u8);
                writer.WriteString(body);
                writer.WriteString("attrs"u8);
                writer.WriteString(""u8);
            }),
            "mid");
    }

    /// <summary><c>getp2pmsg</c> in page style, newest first; the number is the page.</summary>
    public static QuestTemplate Page(long peer) => History(peer, descending: true, "page");

    /// <summary><c>getp2pmsg</c> in window style, oldest first; the number is the id behind which to begin.</summary>
    public static QuestTemplate Window(long peer) => History(peer, descending: false, "lastid");

    /// <summary>The text of every message.</summary>
    public static byte[] Body(int length)
    {
        var body = new byte[length];
        for (var i = 0; i < length; i++)
            body[i] = (byte)('a' + (i % 26));
        return body;
    }

    /// <summary>Writes the quest.</summary>
    public void Write(Span<byte> target, uint sequenceNumber, long number = 0)
    {
        _bytes.CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[FpnnFraming.HeaderLength..], sequenceNumber);
        if (_number > 0)
            BinaryPrimitives.WriteInt64BigEndian(target[_number..], number);
    }

    private static QuestTemplate History(long peer, bool descending, string number) => new(
        Frames.Make("getp2pmsg"u8, 0, 4, (ref writer) =>
        {
            writer.WriteString(number);
            writer.Write(Placeholder);
            writer.WriteString("ouid"u8);
            writer.Write(peer);
            writer.WriteString("num"u8);
            writer.Write(PageRows);
            writer.WriteString("desc"u8);
            writer.Write(descending);
        }),
        number);
}
