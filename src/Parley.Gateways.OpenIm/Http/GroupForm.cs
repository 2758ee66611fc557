using System.Security.Cryptography;
using Parley.Core.Groups;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>What a call says about a group that is to be made (openim.md §4.5, §11).</summary>
internal sealed record GroupForm(string Name, string Notification, string Introduction, string FaceUrl, string Extra, int Kind)
{
    private const string DefaultName = "Group Chat";

    public static GroupForm Read(ApiBody body)
    {
        var name = body.Text("groupName", ApiCall.ShortText);
        return new(
            name.Length == 0 ? DefaultName : name,
            body.Text("notification", ApiCall.ShortText),
            body.Text("introduction", ApiCall.ShortText),
            body.Text("faceURL", ApiCall.ShortText),
            body.Text("ex", ApiCall.LongText),
            body.Integer("groupType", int.MinValue, int.MaxValue));
    }

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public GroupFacts ToFacts(long creatorId) =>
        new() { Notification = Notification, FaceUrl = FaceUrl, Extra = Extra, Kind = Kind, CreatorId = creatorId };
}
