using System.Text;
using System.Text.Json;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>
/// A frame of the server. Its making checks what holds for every one (goim-json §2.3, §3.2): one JSON object and one line feed, the
/// members in their order and of their types.
/// </summary>
public sealed class GoImMessage
{
    private static readonly string[] Members = ["cmd", "ok", "msg", "obj", "repo"];

    public GoImMessage(byte[] payload)
    {
        Raw = Encoding.UTF8.GetString(payload);
        Assert.EndsWith("}\n", Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", Raw[..^1].Replace("\\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(payload, new() { MaxDepth = 20_000 });
        var root = json.RootElement;
        var names = root.EnumerateObject().Select(member => member.Name).ToArray();
        Time = names.Length == 6 ? root.GetProperty("time").GetInt64() : null;
        Assert.Equal(Time is null ? Members : [.. Members, "time"], names);
        Command = root.GetProperty("cmd").GetString()!;
        Ok = root.GetProperty("ok").GetBoolean();
        Text = root.GetProperty("msg").GetString()!;
        Repo = root.GetProperty("repo").GetRawText();
        Obj = [.. root.GetProperty("obj").EnumerateArray().Select(element => element.GetString()!)];
        Length = payload.Length;
    }

    public string Raw { get; }

    public int Length { get; }

    public string Command { get; }

    public bool Ok { get; }

    public string Text { get; }

    public IReadOnlyList<string> Obj { get; }

    /// <summary>The JSON text.</summary>
    public string Repo { get; }

    public long? Time { get; }

    public bool IsPush => Command.StartsWith("receive_", StringComparison.Ordinal);

    /// <summary>The last element of a push.</summary>
    public string Uuid => Obj[^1];

    public override string ToString() => Raw;
}
