# Makes dist\photoseek-VERSION-setup.exe on Windows, with Python 3.11 or later and Inno Setup 6.3 or later.
# Untested: no Windows was at hand.
#
# $Env:PHOTOSEEK_SIGN_AS   fingerprint (SHA-1) of a certificate for signing code; without it nothing is signed, and
#                          Windows warns of the setup
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-Location (Join-Path $PSScriptRoot '..\..')

function Add-Signature([string[]] $files) {
    if ($Env:PHOTOSEEK_SIGN_AS) {
        signtool sign /sha1 $Env:PHOTOSEEK_SIGN_AS /fd SHA256 /tr http://timestamp.digicert.com /td SHA256 @files
    }
}

python -m venv .venv
.venv\Scripts\python -m pip install --quiet -c packaging\constraints.txt -e '.[starter,mcp,dev,bundle]'
.venv\Scripts\python packaging\icons.py build\icons
.venv\Scripts\python -m PyInstaller --noconfirm --log-level ERROR packaging\photoseek.spec
Add-Signature 'dist\photoseek\photoseek.exe'

$version = .venv\Scripts\python -c 'import photoseek; print(photoseek.__version__)'
iscc /Qp "/DVersion=$version" packaging\windows\photoseek.iss
Add-Signature "dist\photoseek-$version-setup.exe"
Write-Output "dist\photoseek-$version-setup.exe"
