namespace Parley.Conformance.Tests.OpenIm.Gateway.Support;

/// <summary>The fields of MsgData as clients fill them in (openim.md §6.1).</summary>
internal static class OpenImGatewayMessage
{
    private static long _ids;

    /// <summary>A clientMsgID that nobody has used.</summary>
    public static string NewId() => $"c-{Interlocked.Increment(ref _ids)}-{Guid.NewGuid():N}";

    public static (int Number, object Value)[] To(string from, string to, string text = "hi", int contentType = 101) =>
    [
        (1, from), (2, to), (4, NewId()), (6, 2), (7, "Nick"), (8, "http://face"), (9, 1), (10, 100), (11, contentType), (12, text),
        (16, 1_650_000_000_120),
    ];

    public static (int Number, object Value)[] ToGroup(string from, string group, string text = "hi", int contentType = 101) =>
    [
        (1, from), (3, group), (4, NewId()), (6, 2), (9, 2), (10, 100), (11, contentType), (12, text), (16, 1_650_000_000_120),
    ];

    /// <summary>The same with another value for a field, or with one more field at its place.</summary>
    public static (int Number, object Value)[] With(this (int Number, object Value)[] fields, int number, object value) =>
        [.. fields.Where(field => field.Number != number).Append((Number: number, Value: value)).OrderBy(static field => field.Item1)];

    public static (int Number, object Value)[] Without(this (int Number, object Value)[] fields, int number) =>
        [.. fields.Where(field => field.Number != number)];

    public static (int Number, object Value)[] WithOptions(this (int Number, object Value)[] fields, params (string Name, bool Value)[] options) =>
        [.. fields, .. options.Select(option => (18, (object)ProtoMessage.Option(option.Name, option.Value)))];

    public static string ClientId(this (int Number, object Value)[] fields) => (string)fields.Single(field => field.Number == 4).Value;
}
