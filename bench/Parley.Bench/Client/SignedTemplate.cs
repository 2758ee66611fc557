using System.Buffers.Binary;
using System.Text;
using Parley.Wire.Fpnn;

namespace Parley.Bench.Client;

/// <summary>An encoded <c>sendmsg</c> of a back end, which is signed anew for each use, as SDKs since October 2019 do. Allocates nothing.</summary>
internal sealed class SignedTemplate
{
    // as a placeholder the largest number is an int64 of nine bytes; so are those that replace it
    private const long Placeholder = long.MaxValue;
    private const byte Int64Marker = 0xd3;
    private const byte Text8Marker = 0xd9;
    private const byte TextType = 51;

    private readonly byte[] _bytes;
    private readonly QuestSignature _signature;
    private readonly int _sign;
    private readonly int _salt;
    private readonly int _time;
    private readonly int _mid;

    /// <summary>Makes the quest.</summary>
    public SignedTemplate(long projectId, string secret, long from, long to, int bodyBytes)
    {
        var body = QuestTemplate.Body(bodyBytes);
        _bytes = Frames.Make("sendmsg"u8, 0, 10, (ref writer) =>
        {
            writer.WriteString("pid"u8);
            writer.Write(projectId);
            writer.WriteString("sign"u8);
            writer.WriteString(new string('0', QuestSignature.Length));
            writer.WriteString("salt"u8);
            writer.Write(Placeholder);
            writer.WriteString("ts"u8);
            writer.Write(Placeholder);
            writer.WriteString("from"u8);
            writer.Write(from);
            writer.WriteString("to"u8);
            writer.Write(to);
            writer.WriteString("mid"u8);
            writer.Write(Placeholder);
            writer.WriteString("mtype"u8);
            writer.Write(TextType);
            writer.WriteString("msg"u8);
            writer.WriteString(body);
            writer.WriteString("attrs"u8);
            writer.WriteString(""u8);
        });
        _signature = new(projectId, secret, "sendmsg");
        _sign = After("sign", Text8Marker, QuestSignature.Length);
        _salt = After("salt", Int64Marker);
        _time = After("ts", Int64Marker);
        _mid = After("mid", Int64Marker);
    }

    /// <summary>Length of the package in bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>Writes the quest.</summary>
    /// <param name="target">Room of <see cref="Length"/>.</param>
    /// <param name="sequenceNumber">Its number on the connection.</param>
    /// <param name="mid">The message's number.</param>
    /// <param name="salt">Never the same twice within ten minutes.</param>
    /// <param name="seconds">Unix seconds.</param>
    public void Write(Span<byte> target, uint sequenceNumber, long mid, long salt, long seconds)
    {
        _bytes.CopyTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[FpnnFraming.HeaderLength..], sequenceNumber);
        BinaryPrimitives.WriteInt64BigEndian(target[_salt..], salt);
        BinaryPrimitives.WriteInt64BigEndian(target[_time..], seconds);
        BinaryPrimitives.WriteInt64BigEndian(target[_mid..], mid);
        _signature.Write(target[_sign..], salt, seconds);
    }

    private int After(string key, params byte[] marker)
    {
        byte[] wanted = [.. Encoding.ASCII.GetBytes(key), .. marker];
        return _bytes.AsSpan().IndexOf(wanted) + wanted.Length;
    }
}
