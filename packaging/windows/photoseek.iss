; The setup for Windows, by Inno Setup 6.3 or later: for one person, without an administrator. See build.ps1.
; Untested: no Windows was at hand.
#ifndef Version
  #error Say which version: iscc /DVersion=1.2.3 photoseek.iss
#endif

[Setup]
AppId={{6D0E2C52-7A0B-4C6F-9B57-0C3B1E2F5A41}
AppName=photoseek
AppVersion={#Version}
AppPublisher=photoseek
AppComments=Finds your pictures by what they show
DefaultDirName={autopf}\photoseek
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
MinVersion=10.0.17763
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
SourceDir=..\..
LicenseFile=LICENSE
OutputDir=dist
OutputBaseFilename=photoseek-{#Version}-setup
SetupIconFile=build\icons\photoseek.ico
UninstallDisplayIcon={app}\photoseek.exe
WizardStyle=modern
Compression=lzma2/max
SolidCompression=yes
ChangesEnvironment=yes
; The running photoseek is stopped below, in its own way.
CloseApplications=no

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[CustomMessages]
en.AtLogin=Start photoseek when I log on
de.AtLogin=photoseek beim Anmelden starten
en.OnPath=Let terminals know the command photoseek
de.OnPath=Den Befehl photoseek in Terminals bereitstellen
en.QuickSearch=photoseek quick search
de.QuickSearch=photoseek Schnellsuche

[Tasks]
Name: "atlogin"; Description: "{cm:AtLogin}"
Name: "onpath"; Description: "{cm:OnPath}"; Flags: unchecked

[InstallDelete]
; Modules of an older version would be found beside the new ones.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "dist\photoseek\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{autoprograms}\photoseek"; Filename: "{app}\photoseek.exe"
Name: "{autoprograms}\{cm:QuickSearch}"; Filename: "{app}\photoseek.exe"; Parameters: "quick"

[Registry]
Root: HKA; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: onpath; Check: IsNotOnPath

[Run]
Filename: "{app}\photoseek.exe"; Parameters: "autostart install"; Flags: runhidden; Tasks: atlogin
Filename: "{app}\photoseek.exe"; Description: "{cm:LaunchProgram,photoseek}"; Flags: postinstall nowait skipifsilent

[UninstallRun]
Filename: "{app}\photoseek.exe"; Parameters: "autostart remove"; Flags: runhidden; RunOnceId: "atlogin"
Filename: "{app}\photoseek.exe"; Parameters: "stop"; Flags: runhidden; RunOnceId: "stop"

[Code]
function PathOfPerson: String;
begin
  if not RegQueryStringValue(HKA, 'Environment', 'Path', Result) then
    Result := '';
end;

function IsNotOnPath: Boolean;
begin
  Result := Pos(';' + Uppercase(ExpandConstant('{app}')) + ';', ';' + Uppercase(PathOfPerson) + ';') = 0;
end;

function PrepareToInstall(var NeedsRestart: Boolean): String;
var
  Code: Integer;
begin
  Result := '';
  if FileExists(ExpandConstant('{app}\photoseek.exe')) then
    Exec(ExpandConstant('{app}\photoseek.exe'), 'stop', '', SW_HIDE, ewWaitUntilTerminated, Code);
end;

{ Takes the folder off the path again. What photoseek knows of the photos stays; daemon/MANUAL.md says where it lies. }
procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Before, After: String;
begin
  if Step <> usUninstall then
    exit;
  Before := ';' + PathOfPerson + ';';
  After := Before;
  StringChangeEx(After, ';' + ExpandConstant('{app}') + ';', ';', True);
  if After <> Before then
    RegWriteExpandStringValue(HKA, 'Environment', 'Path', Copy(After, 2, Length(After) - 2));
end;
