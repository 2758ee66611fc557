using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Parley.Wire.GoIm;

namespace Parley.Bench.Client;

/// <summary>
/// An encoded request of GoIM that says something. The first sixteen letters of what it says are its time of sending, set for each use,
/// so that every message is at least that long.
/// </summary>
internal sealed class GoImTemplate
{
    /// <summary>Letters of the time of sending.</summary>
    public const int StampLength = 16;

    private static readonly StandardFormat Hexadecimal = new('x', StampLength);

    private readonly byte[] _bytes;
    private readonly int _stamp;

    private GoImTemplate(string command, int bodyBytes, long target)
    {
        var body = Encoding.ASCII.GetString(QuestTemplate.Body(Math.Max(bodyBytes, StampLength)));
        var before = $$"""{"cmd":"{{command}}","obj":[""" + '"';
        _bytes = Frame(string.Create(CultureInfo.InvariantCulture, $"{before}{body}\",\"{target}\"],\"repo\":null}}"));
        _stamp = GoImFrame.HeaderLength + before.Length;
    }

    /// <summary>Length of the frame in bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary><c>send_message_p2p</c>.</summary>
    public static GoImTemplate ToUser(long user, int bodyBytes) => new("send_message_p2p", bodyBytes, user);

    /// <summary><c>send_message_topic</c>.</summary>
    public static GoImTemplate ToTopic(long topic, int bodyBytes) => new("send_message_topic", bodyBytes, topic);

    /// <summary>A request whose arguments need no escapes.</summary>
    public static byte[] Request(string command, params string[] arguments) =>
        Frame($$"""{"cmd":"{{command}}","obj":[{{string.Join(',', arguments.Select(static one => $"\"{one}\""))}}],"repo":null}""");

    /// <summary>Reads the time of sending at the beginning of what was said; 0 when it is none.</summary>
    public static long ReadStamp(ReadOnlySpan<byte> content) =>
        content.Length >= StampLength && Utf8Parser.TryParse(content[..StampLength], out long stamp, out var read, 'x') && read == StampLength ? stamp : 0;

    /// <summary>Writes the request.</summary>
    public void Write(Span<byte> target, long stamp)
    {
        _bytes.CopyTo(target);
        Utf8Formatter.TryFormat(stamp, target[_stamp..], out _, Hexadecimal);
    }

    private static byte[] Frame(string json)
    {
        var bytes = new byte[GoImFrame.HeaderLength + json.Length + 1];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(json.Length + 1));
        Encoding.ASCII.GetBytes(json, bytes.AsSpan(GoImFrame.HeaderLength));
        bytes[^1] = (byte)'\n';
        return bytes;
    }
}
