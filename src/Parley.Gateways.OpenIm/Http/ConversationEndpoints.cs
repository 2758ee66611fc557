namespace Parley.Gateways.OpenIm.Http;

/// <summary>Lists that clients ask for at login and that this server keeps nothing for: they are empty (openim.md §8.8).</summary>
internal static class ConversationEndpoints
{
    /// <summary>Of the user in <c>fromUserID</c>.</summary>
    public static ValueTask<Outcome> OfSenderAsync(ApiCall call) => ListNothingAsync(call, "fromUserID");

    /// <summary>Of the user in <c>ownerUserID</c>.</summary>
    public static ValueTask<Outcome> OfOwnerAsync(ApiCall call) => ListNothingAsync(call, "ownerUserID");

    /// <summary>Of the user in <c>userID</c>.</summary>
    public static ValueTask<Outcome> OfUserAsync(ApiCall call) => ListNothingAsync(call, "userID");

    private static async ValueTask<Outcome> ListNothingAsync(ApiCall call, string member)
    {
        var name = call.Body.Text(member, ApiCall.IdLength, Need.Required);
        return call.WithEmptyLists(await call.AdmitForAsync(name), "data");
    }
}
