using System.Text;
using System.Text.Unicode;

namespace Parley.Rtm.Client.Codec;

/// <summary>Content and file kinds as messages carry them.</summary>
internal static class MessageContent
{
    /// <summary>The text of a content; "" when it is not UTF-8.</summary>
    public static string TextOf(ReadOnlySpan<byte> content) => Utf8.IsValid(content) ? Encoding.UTF8.GetString(content) : "";

    /// <summary>The kind that an <c>ftype</c> names; unknown ones are files of another kind (rtm-client.md §1.4).</summary>
    public static RtmFileKind KindOf(long fileType) => fileType switch
    {
        0 => RtmFileKind.None,
        10 => RtmFileKind.Image,
        11 => RtmFileKind.Audio,
        12 => RtmFileKind.Video,
        _ => RtmFileKind.Other,
    };

    /// <summary>The kind that an <c>mtype</c> of the later generations stands for.</summary>
    public static RtmFileKind KindOfType(byte type) => type switch
    {
        RtmMessageType.Image => RtmFileKind.Image,
        RtmMessageType.Audio => RtmFileKind.Audio,
        RtmMessageType.Video => RtmFileKind.Video,
        RtmMessageType.File => RtmFileKind.Other,
        _ => RtmFileKind.None,
    };
}
