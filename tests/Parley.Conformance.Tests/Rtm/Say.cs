namespace Parley.Conformance.Tests.Rtm;

/// <summary>The parameters of the four ways to say something.</summary>
internal static class Say
{
    public static (string Key, object? Value)[] To(
        object? to, object? mid, object? mtype = null, object? msg = null, object? attrs = null) => Parts("to", to, mid, mtype, msg, attrs);

    public static (string Key, object? Value)[] ToMany(
        object? tos, object? mid, object? mtype = null, object? msg = null, object? attrs = null) => Parts("tos", tos, mid, mtype, msg, attrs);

    public static (string Key, object? Value)[] ToGroup(
        object? gid, object? mid, object? mtype = null, object? msg = null, object? attrs = null) => Parts("gid", gid, mid, mtype, msg, attrs);

    public static (string Key, object? Value)[] ToRoom(
        object? rid, object? mid, object? mtype = null, object? msg = null, object? attrs = null) => Parts("rid", rid, mid, mtype, msg, attrs);

    /// <summary>The same parameters without one of them.</summary>
    public static (string Key, object? Value)[] Without(this (string Key, object? Value)[] parameters, string key) =>
        [.. parameters.Where(parameter => parameter.Key != key)];

    /// <summary>The same parameters with another value for one of them.</summary>
    public static (string Key, object? Value)[] With(this (string Key, object? Value)[] parameters, string key, object? value) =>
        [.. parameters.Select(parameter => parameter.Key == key ? (key, value) : parameter)];

    private static (string Key, object? Value)[] Parts(
        string key, object? target, object? mid, object? mtype, object? msg, object? attrs) =>
        [(key, target), ("mid", mid), ("mtype", mtype ?? 8), ("msg", msg ?? "hello"), ("attrs", attrs ?? "")];
}
