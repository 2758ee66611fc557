using System.Text.Json.Nodes;

namespace Parley.Gateways.OpenIm.Http.OpenApi;

/// <summary>Bodies to begin with: what must be there, and what the message examples need beside.</summary>
internal static class ApiExamples
{
    /// <summary>An example of a body.</summary>
    public static JsonObject OfBody(IReadOnlyList<ApiField> fields, bool isV3)
    {
        var body = new JsonObject();
        foreach (var field in fields)
        {
            if (field.Need == Need.Required || field.Name is "operationID" or "content" or "recvID" or "userID" or "fromUserID" or "groupName")
                body[field.Name] = OfField(field, isV3);
        }
        return body;
    }

    private static JsonNode OfField(ApiField field, bool isV3) => field.Kind switch
    {
        ApiFieldKind.Text => JsonValue.Create(OfText(field.Name)),
        ApiFieldKind.Integer => JsonValue.Create(OfInteger(field)),
        ApiFieldKind.Flag => JsonValue.Create(value: false),
        ApiFieldKind.Numbers => new JsonArray(JsonValue.Create(1)),
        ApiFieldKind.Texts or ApiFieldKind.Users => new JsonArray(JsonValue.Create(OfText(field.Name))),
        ApiFieldKind.Object => OfBody(field.Inner!.Fields, isV3),
        ApiFieldKind.Objects => new JsonArray(OfBody(field.Inner!.Fields, isV3)),
        _ => new JsonObject { [isV3 ? "content" : "text"] = JsonValue.Create("hi") },
    };

    private static string OfText(string name) => name switch
    {
        "operationID" => "op-1",
        "secret" => "the secret",
        "token" => "a token",
        "groupName" => "Ops",
        "clientMsgID" => Guid.Empty.ToString("N"),
        "groupID" or "groupIDList" => "aa55d33e219c8467f5ccce50de202a17",
        "toUserID" or "recvID" or "blackUserID" or "friendUserIDList" or "friendUserIDs" or "kickedUserIDList" or "kickedUserIDs"
            or "invitedUserIDList" or "invitedUserIDs" or "memberList" => "u_1002",
        _ => "u_1001",
    };

    private static long OfInteger(ApiField field) => field.Name switch
    {
        "contentType" => 101,
        "showNumber" => 100,
        "platform" or "platformID" => 2,
        _ => Math.Max(1, field.Least),
    };
}
