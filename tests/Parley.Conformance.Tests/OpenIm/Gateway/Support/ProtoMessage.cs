using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway.Support;

/// <summary>A protobuf message with the bytes in one's own hand; the fields have their numbers of openim.md §6.1, §7.4 and §8.6.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Number, object Value)> _fields = []; // a value is a number or bytes

    public ProtoMessage(byte[] bytes)
    {
        Bytes = bytes;
        for (var at = 0; at < bytes.Length;)
        {
            var tag = ReadVarint(bytes, ref at);
            var value = ReadVarint(bytes, ref at);
            if ((tag & 7) == 0)
            {
                _fields.Add(((int)(tag >> 3), value));
                continue;
            }
            Assert.Equal(2ul, tag & 7);
            _fields.Add(((int)(tag >> 3), bytes[at..(at + (int)value)]));
            at += (int)value;
        }
    }

    public byte[] Bytes { get; }

    /// <summary>The numbers of the fields that are there, in their order.</summary>
    public IEnumerable<int> Numbers => _fields.Select(static one => one.Number);

    // MsgData, §6.1
    public string SendId => Text(1);

    public string RecvId => Text(2);

    public string GroupId => Text(3);

    public string ClientId => Text(4);

    public string ServerId => Text(5);

    public long ContentType => Int(11);

    public string Content => Text(12);

    public long Seq => Int(14);

    public long SendTime => Int(15);

    /// <summary>The options, which are a map; a false may be left out of its entry.</summary>
    public Dictionary<string, bool> Options => All(18).Select(entry => new ProtoMessage(entry)).ToDictionary(entry => entry.Text(1), entry => entry.Int(2) != 0);

    /// <summary>A message of these fields in this order: numbers as varints, texts, bytes and messages with their lengths.</summary>
    public static byte[] Of(params (int Number, object Value)[] fields)
    {
        var bytes = new List<byte>();
        foreach (var (number, value) in fields)
        {
            var raw = value switch
            {
                string text => Encoding.UTF8.GetBytes(text),
                byte[] data => data,
                ProtoMessage message => message.Bytes,
                _ => null,
            };
            PutVarint(bytes, ((ulong)number << 3) | (raw is null ? 0u : 2u));
            PutVarint(bytes, raw is not null ? (ulong)raw.Length : value is ulong big ? big : unchecked((ulong)Convert.ToInt64(value)));
            bytes.AddRange(raw ?? []);
        }
        return [.. bytes];
    }

    /// <summary>Numbers one after another, as a packed list.</summary>
    public static byte[] Packed(params IEnumerable<long> numbers)
    {
        var bytes = new List<byte>();
        foreach (var number in numbers)
            PutVarint(bytes, (ulong)number);
        return [.. bytes];
    }

    /// <summary>An entry of the options.</summary>
    public static byte[] Option(string name, bool value) => Of((1, name), (2, value ? 1 : 0));

    public long Int(int number) => _fields.Where(field => field.Number == number).Select(field => (long)(ulong)field.Value).LastOrDefault();

    public string Text(int number) => Encoding.UTF8.GetString(Data(number));

    public byte[] Data(int number) => All(number).LastOrDefault() ?? [];

    public ProtoMessage Inner(int number) => new(Data(number));

    public IEnumerable<byte[]> All(int number) => _fields.Where(field => field.Number == number).Select(field => (byte[])field.Value);

    public IEnumerable<ProtoMessage> Inners(int number) => All(number).Select(bytes => new ProtoMessage(bytes));

    public override string ToString() => string.Join(
        ' ', _fields.Select(field => $"{field.Number}={(field.Value is byte[] bytes ? $"\"{Encoding.UTF8.GetString(bytes)}\"" : field.Value)}"));

    private static void PutVarint(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
    }

    private static ulong ReadVarint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
