using System.Collections.Frozen;
using Parley.Core.Messaging;

namespace Parley.Core.Files;

/// <summary>Tells what sort of file something is: by its extension, otherwise by how its content begins (<c>rtm-client.md</c> §1.4).</summary>
public static class FileTypes
{
    /// <summary>How many bytes of a content <see cref="SniffExtension"/> looks at.</summary>
    public const int SniffedBytes = 64;

    /// <summary>The media type of files of which nothing is known.</summary>
    public const string Unknown = "application/octet-stream";

    private const int MostExtension = 10;

    private static readonly FrozenDictionary<string, (FileKind Kind, string ContentType)> Known =
        new Dictionary<string, (FileKind, string)>(StringComparer.Ordinal)
        {
            ["png"] = (FileKind.Image, "image/png"),
            ["jpg"] = (FileKind.Image, "image/jpeg"),
            ["jpeg"] = (FileKind.Image, "image/jpeg"),
            ["gif"] = (FileKind.Image, "image/gif"),
            ["webp"] = (FileKind.Image, "image/webp"),
            ["bmp"] = (FileKind.Image, "image/bmp"),
            ["avif"] = (FileKind.Image, "image/avif"),
            ["heic"] = (FileKind.Image, "image/heic"),
            ["tif"] = (FileKind.Image, "image/tiff"),
            ["tiff"] = (FileKind.Image, "image/tiff"),
            ["svg"] = (FileKind.Image, Unknown), // it may hold scripts: downloads only
            ["mp3"] = (FileKind.Audio, "audio/mpeg"),
            ["m4a"] = (FileKind.Audio, "audio/mp4"),
            ["aac"] = (FileKind.Audio, "audio/aac"),
            ["wav"] = (FileKind.Audio, "audio/wav"),
            ["ogg"] = (FileKind.Audio, "audio/ogg"),
            ["oga"] = (FileKind.Audio, "audio/ogg"),
            ["opus"] = (FileKind.Audio, "audio/ogg"),
            ["flac"] = (FileKind.Audio, "audio/flac"),
            ["amr"] = (FileKind.Audio, "audio/amr"),
            ["wma"] = (FileKind.Audio, Unknown),
            ["mp4"] = (FileKind.Video, "video/mp4"),
            ["m4v"] = (FileKind.Video, "video/mp4"),
            ["mov"] = (FileKind.Video, "video/quicktime"),
            ["webm"] = (FileKind.Video, "video/webm"),
            ["ogv"] = (FileKind.Video, "video/ogg"),
            ["mpg"] = (FileKind.Video, "video/mpeg"),
            ["mpeg"] = (FileKind.Video, "video/mpeg"),
            ["3gp"] = (FileKind.Video, "video/3gpp"),
            ["mkv"] = (FileKind.Video, Unknown),
            ["avi"] = (FileKind.Video, Unknown),
            ["flv"] = (FileKind.Video, Unknown),
            ["wmv"] = (FileKind.Video, Unknown),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Media types that a browser may show; everything else is to be saved.</summary>
    private static readonly FrozenSet<string> Shown =
        Known.Values.Select(static type => type.ContentType).Where(static type => type != Unknown).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>An extension without its dot in lower case; "" unless it is 1 to 10 ASCII letters and digits.</summary>
    public static string CleanExtension(string? extension)
    {
        var text = (extension ?? "").TrimStart('.');
        if (text.Length is 0 or > MostExtension)
            return "";
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter))
                return "";
        }
        return text.ToLowerInvariant();
    }

    /// <summary>The sort of a file with this extension; <see cref="FileKind.Other"/> when it is not known.</summary>
    public static FileKind KindOf(string extension) => Known.TryGetValue(extension, out var type) ? type.Kind : FileKind.Other;

    /// <summary>The media type of a file with this extension.</summary>
    public static string ContentTypeOf(string extension) => Known.TryGetValue(extension, out var type) ? type.ContentType : Unknown;

    /// <summary>Whether a browser may show a file of this media type rather than save it.</summary>
    public static bool IsShown(string contentType) => Shown.Contains(contentType);

    /// <summary>The usual extension of a content that begins like this; "" when it is not known.</summary>
    public static string SniffExtension(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]))
            return "png";
        if (head.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]))
            return "jpg";
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
            return "gif";
        if (head.StartsWith("BM"u8) && head.Length > 14 && head[6..10].IndexOfAnyExcept((byte)0) < 0)
            return "bmp";
        if (head.StartsWith("RIFF"u8) && head.Length >= 12)
            return SniffRiff(head[8..12]);
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
            return SniffIso(head[8..12]);
        if (head.StartsWith("ID3"u8) || (head.Length >= 2 && head[0] == 0xff && (head[1] & 0xe6) == 0xe2))
            return "mp3";
        if (head.StartsWith("fLaC"u8))
            return "flac";
        if (head.StartsWith("OggS"u8))
            return "ogg";
        if (head.StartsWith("#!AMR"u8))
            return "amr";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1a, 0x45, 0xdf, 0xa3]))
            return head.IndexOf("webm"u8) >= 0 ? "webm" : "mkv";
        return head.StartsWith("FLV\x01"u8) ? "flv" : "";
    }

    private static string SniffRiff(ReadOnlySpan<byte> form)
    {
        if (form.SequenceEqual("WEBP"u8))
            return "webp";
        if (form.SequenceEqual("WAVE"u8))
            return "wav";
        return form.SequenceEqual("AVI "u8) ? "avi" : "";
    }

    private static string SniffIso(ReadOnlySpan<byte> brand)
    {
        if (brand.SequenceEqual("avif"u8))
            return "avif";
        if (brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("mif1"u8))
            return "heic";
        if (brand.StartsWith("M4A"u8))
            return "m4a";
        if (brand.SequenceEqual("qt  "u8))
            return "mov";
        return brand.StartsWith("3gp"u8) ? "3gp" : "mp4";
    }
}
