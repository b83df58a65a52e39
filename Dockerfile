# Builds with the SDK, runs on the ASP.NET runtime as a user without rights.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src ./src
RUN dotnet publish src/Dispatcher.Worker -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
COPY samples ./samples
# Whoever stops this container must wait 10 s longer than the drain budget (Worker:DrainTimeout, 25 s): see docs/operations.md.
STOPSIGNAL SIGTERM
# Fewer, larger collections, fewer changes of thread: see docs/operations.md, Memory and Threads. Only the environment can say it.
ENV DOTNET_GCgen0size=0x4000000 DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1
USER $APP_UID
ENTRYPOINT ["dotnet", "dispatcher.dll"]
CMD ["run"]
