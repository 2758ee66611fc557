namespace Parley.Gateways.OpenIm.Messages;

/// <summary>What a field of a content object holds.</summary>
internal enum ContentKind : byte
{
    /// <summary>Whatever it is.</summary>
    Any,
    Text,
    Whole,
    Fraction,
    Flag,
    Texts,
    Picture,
}

/// <summary>A field of a content object.</summary>
/// <param name="Name">Its name as it is written.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="IsRequired">Whether it must be there; a text not empty.</param>
internal sealed record ContentField(string Name, ContentKind Kind, bool IsRequired = false);

/// <summary>The content objects that <c>send_msg</c> takes (openim.md §6.3).</summary>
internal static class ContentSchema
{
    /// <summary>One of the pictures of type 102.</summary>
    public static readonly IReadOnlyList<ContentField> Picture =
    [
        new("uuid", ContentKind.Text), new("type", ContentKind.Text), new("size", ContentKind.Whole), new("width", ContentKind.Whole),
        new("height", ContentKind.Whole), new("url", ContentKind.Text),
    ];

    private static readonly IReadOnlyList<ContentField> TextV3 = [new("content", ContentKind.Text, IsRequired: true)];

    private static readonly Dictionary<int, IReadOnlyList<ContentField>> Types = new()
    {
        [ContentTypes.Text] = [new("text", ContentKind.Text, IsRequired: true)],
        [ContentTypes.Picture] =
        [
            new("sourcePath", ContentKind.Text), new("sourcePicture", ContentKind.Picture, IsRequired: true),
            new("bigPicture", ContentKind.Picture), new("snapshotPicture", ContentKind.Picture),
        ],
        [ContentTypes.Voice] =
        [
            new("uuid", ContentKind.Text), new("soundPath", ContentKind.Text), new("sourceUrl", ContentKind.Text),
            new("dataSize", ContentKind.Whole), new("duration", ContentKind.Whole),
        ],
        [ContentTypes.Video] =
        [
            new("videoPath", ContentKind.Text), new("videoUUID", ContentKind.Text), new("videoUrl", ContentKind.Text),
            new("videoType", ContentKind.Text), new("videoSize", ContentKind.Whole), new("duration", ContentKind.Whole),
            new("snapshotPath", ContentKind.Text), new("snapshotUUID", ContentKind.Text), new("snapshotSize", ContentKind.Whole),
            new("snapshotUrl", ContentKind.Text), new("snapshotWidth", ContentKind.Whole), new("snapshotHeight", ContentKind.Whole),
        ],
        [ContentTypes.File] =
        [
            new("filePath", ContentKind.Text), new("uuid", ContentKind.Text), new("sourceUrl", ContentKind.Text),
            new("fileName", ContentKind.Text), new("fileSize", ContentKind.Whole),
        ],
        [ContentTypes.At] =
        [
            new("text", ContentKind.Text, IsRequired: true), new("atUserList", ContentKind.Texts), new("isAtSelf", ContentKind.Flag),
        ],
        [ContentTypes.Merged] =
        [
            new("title", ContentKind.Text), new("abstractList", ContentKind.Texts), new("multiMessage", ContentKind.Any),
        ],
        [ContentTypes.Card] = [],
        [ContentTypes.Location] =
        [
            new("description", ContentKind.Text), new("longitude", ContentKind.Fraction), new("latitude", ContentKind.Fraction),
        ],
        [ContentTypes.Custom] =
        [
            new("data", ContentKind.Text, IsRequired: true), new("description", ContentKind.Text), new("extension", ContentKind.Text),
        ],
        [ContentTypes.Revoke] = [new("revokeMsgClientID", ContentKind.Text, IsRequired: true)],
        [ContentTypes.ReadReceipt] = [new("msgIDList", ContentKind.Texts, IsRequired: true)],
        [ContentTypes.Typing] = [new("text", ContentKind.Text, IsRequired: true)],
        [ContentTypes.Quote] = [new("text", ContentKind.Text, IsRequired: true), new("quoteMessage", ContentKind.Any)],
    };

    /// <summary>The fields of a type; null when <c>send_msg</c> does not take it.</summary>
    public static IReadOnlyList<ContentField>? Of(int contentType, bool isV3) =>
        isV3 && contentType == ContentTypes.Text ? TextV3 : Types.GetValueOrDefault(contentType);
}
