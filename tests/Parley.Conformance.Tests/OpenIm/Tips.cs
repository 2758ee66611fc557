using System.Text;
using System.Text.Json;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>The content of a notification (openim.md §7.1), read by hand: three fields with a length before them.</summary>
public sealed record Tips(byte[] Bytes, string Sentence, JsonElement Detail)
{
    public static Tips Of(JsonElement message)
    {
        var content = OpenImApiServer.ContentOf(message);
        var fields = new Dictionary<int, byte[]>();
        for (var i = 0; i < content.Length;)
        {
            var tag = content[i++];
            Assert.Equal(2, tag & 7);
            var (length, shift) = (0, 0);
            do
            {
                length |= (content[i] & 0x7F) << shift;
                shift += 7;
            }
            while ((content[i++] & 0x80) != 0);
            fields[tag >> 3] = content[i..(i + length)];
            i += length;
        }
        return new(fields[1], Encoding.UTF8.GetString(fields[2]), JsonDocument.Parse(fields[3]).RootElement);
    }
}
